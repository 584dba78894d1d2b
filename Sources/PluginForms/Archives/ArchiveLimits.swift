/// How much may come out of an archive.
///
/// A file of a few kilobytes can unpack to terabytes; these bounds are far above what a plugin has.
package struct ArchiveLimits: Sendable {
    /// The sum of all files, in bytes.
    package var bytes: Int64 = 4 << 30
    /// The number of files, directories and links. Directories that no entry names, but that entries lie in, count too.
    package var entries = 100_000
    /// The length of a path in bytes: an entry's, or that of a hard link's target.
    package var pathLength = 1024
    /// The number of names in such a path.
    package var depth = 128

    package init() {}
}
