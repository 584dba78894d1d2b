import Glibc

extension ImageIdentity {
    /// Returns the hash of what a file has loaded: its code and its data, wherever and whenever it was built.
    ///
    /// The Swift compiler writes a hash of a temporary file's name into every library (`.swift_modhash`). So a library
    /// that is built again from the same source has another build ID, but the same code.
    ///
    /// - Throws: `PluginError` if the file cannot be read. The result is nil if the file has no table of sections.
    static func ofCode(inFile path: String) throws(PluginError) -> ImageIdentity? {
        let file = try RegularFile(path: path)
        let header = try ELFHeader(of: file)
        let sections = try ELFSections(of: file, header: header)
        guard sections.contains(where: { $0.name == ELFSections.moduleHash }) else { return nil }
        var hash = ContentHash()
        for section in sections where section.isLoaded && section.name != ELFSections.moduleHash {
            guard section.name != ELFSections.buildID else { continue }
            hash.update(Array("\(section.name) \(section.address) \(section.size) \(section.flags)\0".utf8))
            if section.hasContent { try hash.update(file, section.offset, section.size) }
        }
        return ImageIdentity(bytes: hash.bytes)
    }
}

extension ContentHash {
    /// Adds a part of a file.
    fileprivate mutating func update(
        _ file: borrowing RegularFile,
        _ offset: UInt64,
        _ size: UInt64
    ) throws(PluginError) {
        var (offset, rest) = (Int(offset), Int(size))
        while rest > 0 {
            let bytes = try file.bytes(at: offset, count: min(rest, 1 << 20))
            guard !bytes.isEmpty else { throw .truncated(file, needed: UInt64(offset + rest)) }
            update(bytes)
            offset += bytes.count
            rest -= bytes.count
        }
    }
}
