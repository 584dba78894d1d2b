/// A type named by the image that declares it and its index in that image's table.
struct PlaceName {
    let imageName: String
    let identity: ImageIdentity
    let index: Int

    /// Finds the place of a declared type. Returns nil if the type is generic, or if its image has no identity.
    init?(of type: Any.Type) {
        guard let descriptor = TypeDescriptor(of: type), !descriptor.isGeneric,
            let base = LoadedImage.base(of: descriptor.address),
            let identity = ImageRegistry.shared.identity(ofImageAt: base),
            let index = TypeTable.ofImage(at: base)?.index(of: descriptor)
        else { return nil }
        imageName = LoadedImage.all().first { $0.base == base }?.name ?? ""
        self.identity = identity
        self.index = index
    }

    /// The type at this place, if this process has the image.
    var type: Any.Type? {
        for table in TypeTable.all() where ImageRegistry.shared.identity(ofImageAt: table.imageBase) == identity {
            // The index comes from another process. The table checks it.
            return table[index]?.type
        }
        return nil
    }
}

extension PlaceName: LosslessStringConvertible {
    /// Reads the text of `description`: file name, `@`, identity, `#`, index.
    init?(_ description: String) {
        guard let hash = description.lastIndex(of: "#"),
            let at = description[..<hash].lastIndex(of: "@"),
            let identity = ImageIdentity(description[description.index(after: at)..<hash]),
            let index = Int(description[description.index(after: hash)...]), index >= 0
        else { return nil }
        imageName = String(description[..<at])
        self.identity = identity
        self.index = index
    }

    var description: String { "\(imageName)@\(identity)#\(index)" }
}
