/// The name in a call: a callable, and the place to look it up.
package struct CallName: Hashable, Sendable {
    package enum Library: Hashable, Sendable {
        /// `Name(…)`: in one of the libraries that the spec names elsewhere, or in the launcher itself.
        case unnamed
        /// `module.Name(…)`: in the library of a module.
        case module(String)
        /// `path:name(…)`: in the library at a path.
        case path(String)
    }

    package let library: Library
    /// The callable's name in its library: `Name`, `Outer.Inner`, or that of a C function.
    package let name: String

    package init(library: Library, name: String) {
        self.library = library
        self.name = name
    }

    /// Splits a name that the parser has accepted.
    package init(_ text: some Swift.Sequence<UInt8>) {
        let bytes = Array(text)
        if let colon = bytes.lastIndex(of: UInt8(ascii: ":")) {
            var path = bytes[..<colon]
            if path.first == UInt8(ascii: "\"") { path = path.dropFirst().dropLast() }
            library = .path(String(decoding: path, as: UTF8.self))
            name = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
        } else if let dot = bytes.firstIndex(of: UInt8(ascii: ".")) {
            library = .module(String(decoding: bytes[..<dot], as: UTF8.self))
            name = String(decoding: bytes[(dot + 1)...], as: UTF8.self)
        } else {
            library = .unnamed
            name = String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension CallName: CustomStringConvertible {
    package var description: String {
        switch library {
        case .unnamed: name
        case .module(let module): "\(module).\(name)"
        case .path(let path): "\(path):\(name)"
        }
    }
}
