/// The path of an archive's entry below the directory that it is unpacked to.
struct EntryPath: Hashable {
    /// The names from the top down; empty for the directory itself.
    let components: [String]

    /// - Returns: Nil if the path is absolute or contains `..`.
    init?(_ text: String) {
        guard !text.hasPrefix("/"), !text.utf8.contains(0) else { return nil }
        let parts = text.split(separator: "/").map(String.init).filter { $0 != "." }
        guard !parts.contains("..") else { return nil }
        components = parts
    }

    /// Returns whether a symbolic link at this path with this target leads to a place inside, whatever other links
    /// there are.
    ///
    /// `..` is allowed only at the target's beginning. The directories above a link are real ones, so these steps lead
    /// where they seem to. A `..` behind another link's name would start from the target of that link.
    func mayLink(to target: String) -> Bool {
        guard !target.isEmpty, !target.hasPrefix("/"), !target.utf8.contains(0) else { return false }
        let parts = target.split(separator: "/").filter { $0 != "." }
        let steps = parts.prefix { $0 == ".." }.count
        return steps < components.count && !parts.dropFirst(steps).contains("..")
    }
}
