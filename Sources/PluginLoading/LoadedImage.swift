import Glibc

/// A program or library that the loader has mapped into this process.
package struct LoadedImage {
    /// The file that it came from; for the program itself the link to it, `/proc/self/exe`.
    let path: String

    /// The file's name, for people.
    var name: String { baseName(path == programLink ? symbolicLinkTarget(path) ?? path : path) }

    /// The address of the first mapped page, which `dladdr` calls the base.
    let base: UInt

    let loadBias: UInt
    let headers: [Elf64_Phdr]

    /// All images, in the loader's order: the program first.
    static func all() -> [LoadedImage] {
        var images: [LoadedImage] = []
        withUnsafeMutablePointer(to: &images) { list in
            // The loader's lock is held meanwhile: the body only copies.
            _ = dl_iterate_phdr(
                { record, _, context in
                    let record = record.load(as: LoadedImageRecord.self)
                    if let image = LoadedImage(record) {
                        context?.assumingMemoryBound(to: [LoadedImage].self).pointee.append(image)
                    }
                    return 0
                },
                list
            )
        }
        return images
    }

    private init?(_ record: LoadedImageRecord) {
        let headers = Array(UnsafeBufferPointer(start: record.programHeaders, count: Int(record.programHeaderCount)))
        guard let first = headers.first(where: { $0.p_type == PT_LOAD }) else { return nil }
        let path = record.path.map { String(cString: $0) } ?? ""
        self.path = path.isEmpty ? programLink : path
        self.headers = headers
        loadBias = record.loadBias
        base = (loadBias &+ UInt(first.p_vaddr)) & ~UInt(getpagesize() - 1)
    }

    /// Whether an address lies in a part of the image that holds code.
    func containsCode(at address: UnsafeRawPointer) -> Bool {
        headers.contains { segment in
            guard segment.p_type == PT_LOAD, segment.p_flags & UInt32(PF_X) != 0 else { return false }
            let start = loadBias &+ UInt(segment.p_vaddr)
            return UInt(bitPattern: address) >= start && UInt(bitPattern: address) - start < UInt(segment.p_memsz)
        }
    }

    /// The GNU build ID, read from memory, so that it is right even after the file was replaced.
    var buildID: ImageIdentity? {
        for segment in headers where segment.p_type == PT_NOTE {
            guard let start = UnsafeRawPointer(bitPattern: loadBias &+ UInt(segment.p_vaddr)) else { continue }
            let notes = Array(UnsafeRawBufferPointer(start: start, count: Int(segment.p_memsz)))
            if let identity = ImageIdentity(notes: notes, alignment: Int(clamping: segment.p_align)) {
                return identity
            }
        }
        return nil
    }
}

extension LoadedImage {
    /// The base of the image that an address belongs to; nil if it belongs to none.
    static func base(of address: UnsafeRawPointer) -> UInt? {
        var information = AddressInformation()
        guard dladdr(address, &information) != 0 else { return nil }
        return UInt(bitPattern: information.imageBase)
    }
}

private let programLink = "/proc/self/exe"

/// The text after the last slash.
func baseName(_ path: String) -> String {
    String(path.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
}
