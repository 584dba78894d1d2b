/// A piece of a copy of files, which one host sends to others in this order.
package enum CopyPiece: Equatable, Sendable {
    /// A directory, before its content. Paths are relative to the root of the copy.
    case directory(path: String)
    /// The beginning of a file. Its bytes follow.
    case file(path: String, isExecutable: Bool)
    /// The next bytes of the last file.
    case bytes([UInt8])
}
