/// How much may come out of an archive.
///
/// A file of a few kilobytes can unpack to terabytes; these bounds are far above what a plugin has.
package struct ArchiveLimits: Sendable {
    /// The sum of all files, in bytes.
    package var bytes: Int64 = 4 << 30
    /// The number of files, directories and links.
    package var entries = 100_000
    /// The length of an entry's path, in bytes.
    package var pathLength = 1024

    package init() {}
}
