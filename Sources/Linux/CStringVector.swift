internal import Glibc

/// Strings as `execve` takes them: pointers to copies that end with a zero byte, and a null pointer at the end.
package final class CStringVector {
    /// Valid as long as this object.
    package let pointers: [UnsafeMutablePointer<CChar>?]

    /// - Parameter strings: Bytes without a zero among them.
    package init(_ strings: [[UInt8]]) {
        pointers = strings.map { strdup($0.map(CChar.init(bitPattern:)) + [0]) } + [nil]
    }

    package convenience init(_ words: [String]) { self.init(words.map { Array($0.utf8) }) }

    package convenience init(_ environment: Environment) { self.init(environment.entries) }

    deinit { for pointer in pointers { free(pointer) } }
}
