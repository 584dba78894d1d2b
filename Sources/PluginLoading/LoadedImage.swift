import Glibc

/// A program or library that the loader has mapped into this process.
package struct LoadedImage {
    /// The file of the image. For the program it is the link to it, `/proc/self/exe`.
    let path: String

    /// The file's name, for messages.
    var name: String { baseName(path == programLink ? symbolicLinkTarget(path) ?? path : path) }

    /// The address of the first mapped page, which `dladdr` calls the base.
    let base: UInt

    let loadBias: UInt
    let headers: [Elf64_Phdr]

    /// Returns all images in the loader's order, the program first.
    static func all() -> [LoadedImage] {
        var images: [LoadedImage] = []
        withUnsafeMutablePointer(to: &images) { list in
            // The loader holds its lock meanwhile, so the body only copies.
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

    /// Returns whether an address is in executable memory of the image.
    func containsCode(at address: UnsafeRawPointer) -> Bool {
        headers.contains { segment in
            guard segment.p_type == PT_LOAD, segment.p_flags & UInt32(PF_X) != 0 else { return false }
            let start = loadBias &+ UInt(segment.p_vaddr)
            return UInt(bitPattern: address) >= start && UInt(bitPattern: address) - start < UInt(segment.p_memsz)
        }
    }

    /// The GNU build ID. It is read from memory, so it is right even if the file has been replaced.
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
    /// Returns the base of the image that contains an address, or nil if none does.
    static func base(of address: UnsafeRawPointer) -> UInt? {
        var information = AddressInformation()
        guard dladdr(address, &information) != 0 else { return nil }
        return UInt(bitPattern: information.imageBase)
    }
}

private let programLink = "/proc/self/exe"

/// Returns the text after the last slash.
func baseName(_ path: String) -> String {
    String(path.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
}
