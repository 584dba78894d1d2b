import Glibc

extension PluginError {
    /// Returns the error for the loader's last refusal on this thread.
    static func loaderRefused(_ path: String) -> PluginError {
        let text = dlerror().map { String(cString: $0) } ?? "the system's loader gave no reason"
        return PluginError(loaderMessage: text, path: path)
    }

    /// Makes an error from the loader's text.
    ///
    /// glibc composes its messages as "object: text: detail", and in English, since the process stays in the C locale
    /// unless the user's program changes it.
    init(loaderMessage text: String, path: String) {
        if let (object, symbol) = text.split(around: ": undefined symbol: ") {
            let name = symbol.split(around: ", version ")?.before ?? symbol
            let readable = demangled(name)
            let shown = readable == name ? quoted(name) : "'\(oneLine(readable))' (\(oneLine(name)))"
            let needer = baseName(object) == baseName(path) ? "it" : "\(quoted(object)), which it uses,"
            let remedy =
                name.hasPrefix("mpifutures_")
                ? "which this version of mpifutures does not have; see mpifutures.h"
                : "which no library provides; link the library that does"
            let reason = "\(needer) needs the symbol \(shown), \(remedy)"
            self = .cannotLoad(path, .unresolvedSymbol, reason)
        } else if let (library, _) = text.split(around: ": cannot open shared object file: ") {
            let reason =
                "it needs the library \(quoted(library)), which the loader does not find; "
                + "add its directory to LD_LIBRARY_PATH, or link with -rpath"
            self = .cannotLoad(path, .missingDependency, reason)
        } else {
            let prefixes = ["\(path): ", "./\(path): "]
            let prefix = prefixes.first { text.hasPrefix($0) } ?? ""
            self = .cannotLoad(path, .loaderRefused, String(text.dropFirst(prefix.count)))
        }
    }
}

extension String {
    /// Returns the parts before and after the first occurrence of a separator, or nil if it does not occur.
    fileprivate func split(around separator: String) -> (before: String, after: String)? {
        let (text, wanted) = (Array(utf8), Array(separator.utf8))
        guard text.count >= wanted.count else { return nil }
        for start in 0...(text.count - wanted.count) where text[start...].starts(with: wanted) {
            let after = text[(start + wanted.count)...]
            return (String(decoding: text[..<start], as: UTF8.self), String(decoding: after, as: UTF8.self))
        }
        return nil
    }
}
