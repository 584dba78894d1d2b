internal import Glibc

/// The name of this host.
package enum HostName {
    /// The name that the system gives, or `localhost` if it gives none.
    ///
    /// The corresponding system function is `gethostname`.
    package static var current: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return name.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
