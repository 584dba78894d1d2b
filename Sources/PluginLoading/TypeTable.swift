import Glibc

/// All types that one loaded image declares: its section `swift5_type_metadata`.
///
/// The order is the linker's, so an index means the same type in every process that loaded the same build.
struct TypeTable {
    /// The image's base, as `LoadedImage.base`.
    let imageBase: UInt

    private let records: UnsafeBufferPointer<Int32>

    /// Returns the tables of all images that have one, in the order in which the runtime learned of them.
    ///
    /// The function asks the registration of the sections, as Swift Testing does to find its tests. This needs neither
    /// the file nor its section headers.
    static func all() -> [TypeTable] {
        var tables: [TypeTable] = []
        withUnsafeMutablePointer(to: &tables) { list in
            enumerateMetadataSections(
                { sections, context in
                    if let table = TypeTable(sections: sections) {
                        context?.assumingMemoryBound(to: [TypeTable].self).pointee.append(table)
                    }
                    return true
                },
                list
            )
        }
        return tables
    }

    /// Returns the table of the image at a base.
    static func ofImage(at base: UInt) -> TypeTable? {
        all().first { $0.imageBase == base }
    }

    /// Reads the runtime's record of one image (`MetadataSections.h`): after a version, the base and two unused
    /// words come pairs of start and length, of which the third is the section of types.
    private init?(sections: UnsafeRawPointer) {
        guard sections.load(as: UInt.self) >= 5 else { return nil }
        let length = sections.load(fromByteOffset: 72, as: Int.self)
        guard length > 0,
            let start = sections.load(fromByteOffset: 64, as: UnsafeRawPointer?.self),
            let base = LoadedImage.base(of: start)
        else { return nil }
        imageBase = base
        let count = length / MemoryLayout<Int32>.size
        records = UnsafeBufferPointer(start: start.assumingMemoryBound(to: Int32.self), count: count)
    }

    /// The number of records. Some may be of other kinds than structs, enums and classes.
    var count: Int { records.count }

    /// Returns the descriptor at an index, or nil outside of the table and for a record of another kind.
    subscript(index: Int) -> TypeDescriptor? {
        guard records.indices.contains(index), let place = records.baseAddress.map({ $0 + index }) else { return nil }
        // The two lowest bits tell how the record refers to its type. 0 is a descriptor in this image.
        guard place.pointee & 3 == 0 else { return nil }
        return TypeDescriptor(UnsafeRawPointer(place) + Int(place.pointee))
    }

    /// Returns the index of a descriptor in the table.
    func index(of descriptor: TypeDescriptor) -> Int? {
        records.indices.first { self[$0]?.address == descriptor.address }
    }
}

/// Calls `body` with each image's `MetadataSections` until it returns false.
@_silgen_name("swift_enumerateAllMetadataSections")
private func enumerateMetadataSections(
    _ body: @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer?) -> Bool,
    _ context: UnsafeMutableRawPointer?
)
