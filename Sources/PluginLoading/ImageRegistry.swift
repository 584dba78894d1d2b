internal import Waiting

/// The identities of the images of this process. Each one is determined once.
///
/// The base identifies an image. Plugins are never unloaded, so a base is never used twice.
final class ImageRegistry: Sendable {
    static let shared = ImageRegistry()

    private let identities = Locked<[UInt: ImageIdentity]>([:])

    private let codes = Locked<[UInt: ImageIdentity]>([:])

    /// Returns the identity of a loaded image's code, which is the same for all builds of the same source by the same
    /// compiler; or else that of its build. Returns nil like `identity`.
    func codeIdentity(ofImageAt base: UInt) -> ImageIdentity? {
        if let known = codes.withLock({ $0[base] }) { return known }
        guard let identity = identity(ofImageAt: base),
            let image = LoadedImage.all().first(where: { $0.base == base })
        else { return nil }
        var code = identity
        // The file may have been replaced since it was loaded.
        if (try? ELFImage(anyKind: image.path).identity) == identity {
            code = ((try? ImageIdentity.ofCode(inFile: image.path)) ?? nil) ?? identity
        }
        codes.withLock { $0[base] = code }
        return code
    }

    /// Stores the identity of an image that was loaded from a checked file.
    func note(_ identity: ImageIdentity, ofImageAt base: UInt) {
        identities.withLock { $0[base] = $0[base] ?? identity }
    }

    /// Returns the identity of a loaded image, or nil if it has no build ID and its file cannot be read.
    func identity(ofImageAt base: UInt) -> ImageIdentity? {
        if let known = identities.withLock({ $0[base] }) { return known }
        guard let image = LoadedImage.all().first(where: { $0.base == base }) else { return nil }
        guard let identity = image.buildID ?? (try? ImageIdentity(contentOfFile: image.path)) else { return nil }
        note(identity, ofImageAt: base)
        return identity
    }
}
