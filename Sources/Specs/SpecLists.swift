/// The sources of a spec's lists, which are not part of its text.
package protocol SpecLists {
    /// The arguments after the spec. They need not be UTF-8.
    var argv: [[UInt8]] { get }
    /// Returns the content of a file.
    func content(ofFile path: [UInt8]) throws(SpecListError) -> [UInt8]
    /// Returns the paths that match a pattern, sorted. They need not be UTF-8.
    func paths(matching pattern: [UInt8]) throws(SpecListError) -> [[UInt8]]
    /// Opens a file whose content is read block by block.
    func chunks(ofFile path: [UInt8], size: Int) throws(SpecListError) -> any ChunkSource
}

/// A file that is read in blocks of whole lines, while calls are made with them.
package protocol ChunkSource: AnyObject {
    /// Returns a block; nil behind the last one. The index is that of the call before, or the next one.
    func chunk(at index: Int) -> [UInt8]?
    /// The reason why reading has ended before the end of the file; nil if there is none.
    var failure: SpecListError? { get }
}

/// The reason why a list cannot be read, in one line.
package struct SpecListError: Error {
    package let message: String

    package init(_ message: String) { self.message = message }
}
