internal import Waiting

/// The identities of the images of this process. Each one is determined once.
///
/// The base identifies an image. Plugins are never unloaded, so a base is never used twice.
final class ImageRegistry: Sendable {
    static let shared = ImageRegistry()

    private let identities = Locked<[UInt: ImageIdentity]>([:])

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
