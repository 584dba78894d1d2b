/// The limits of the content of an archive.
///
/// A file of a few kilobytes can unpack to terabytes. These limits are far above the needs of a plugin.
package struct ArchiveLimits: Sendable {
    /// The sum of all files, in bytes.
    package var bytes: Int64 = 4 << 30
    /// The number of files, directories and links. Directories that contain entries count, too, if no entry names them.
    package var entries = 100_000
    /// The length of a path in bytes: an entry's, or that of a hard link's target.
    package var pathLength = 1024
    /// The number of names in such a path.
    package var depth = 128

    package init() {}
}
