/// The place of an archive's entry below the directory that it is unpacked to.
struct EntryPath: Hashable {
    /// The names from the top down; empty for the directory itself.
    let components: [String]

    /// - Returns: nil for a path that is absolute or has `..` in it.
    init?(_ text: String) {
        guard !text.hasPrefix("/"), !text.utf8.contains(0) else { return nil }
        let parts = text.split(separator: "/").map(String.init).filter { $0 != "." }
        guard !parts.contains("..") else { return nil }
        components = parts
    }

    /// Whether a symbolic link here with this target leads to a place inside, whatever links there are besides.
    ///
    /// `..` may only stand at the target's beginning: the directories above a link are real ones, so these steps go
    /// where they seem to go, while `..` behind another link's name would start from where that link leads.
    func mayLink(to target: String) -> Bool {
        guard !target.isEmpty, !target.hasPrefix("/"), !target.utf8.contains(0) else { return false }
        let parts = target.split(separator: "/").filter { $0 != "." }
        let steps = parts.prefix { $0 == ".." }.count
        return steps < components.count && !parts.dropFirst(steps).contains("..")
    }
}
