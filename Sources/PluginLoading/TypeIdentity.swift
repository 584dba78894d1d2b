internal import Waiting

/// The names by which types travel between processes that loaded the same images.
///
/// Most types travel under their mangled name, `5julia9JuliaLineV` for `julia.JuliaLine`, which the Swift runtime can
/// look up. It cannot look up what is private, file-private or local: their names hold an address of this process.
/// Such a type travels as its place in its image: `libjulia.so@BUILD#12` is the type 12 of the table that the image
/// with that identity carries. The file's name in it is for people; the identity decides.
package enum TypeIdentity {
    /// The error of a type that has no name on the wire.
    package struct Unnameable: Error, Hashable, Sendable, CustomStringConvertible {
        /// The type as `displayName(of:)` writes it.
        package let typeName: String

        package var description: String {
            "type \(quoted(typeName)) has no name that another process could look up: it is generic or made of other "
                + "types, and a part of it is private, local, or an integer; declare its parts at file level without `private`"
        }
    }

    /// Returns the name of a type on the wire.
    ///
    /// - Throws: `Unnameable` for generic types that are private or local, or have arguments that are private, local or
    ///   integers, and for tuples, functions and the like made of such types.
    package static func name(of type: Any.Type) throws(Unnameable) -> String {
        let key = ObjectIdentifier(type)
        if let known = names.withLock({ $0[key] }) { return known }
        guard let name = mangledName(of: type) ?? placeName(of: type) else {
            throw Unnameable(typeName: displayName(of: type))
        }
        names.withLock { $0[key] = name }
        return name
    }

    /// Returns the type of a name on the wire, or nil if this process has none. Any text is safe.
    package static func type(named name: String) -> Any.Type? {
        let bytes = name.utf8
        guard (1...longestName).contains(bytes.count) else { return nil }
        if bytes.contains(UInt8(ascii: "#")) { return PlaceName(name)?.type }
        guard bytes.allSatisfy(isSafe) else { return nil }
        return _typeByName(name)
    }

    /// Returns whether a name with this byte may be passed to the runtime.
    ///
    /// A mangled name is ASCII. The bytes below 0x20 start symbolic references, which the runtime would follow wherever
    /// they point. A dollar sign starts an integer among generic arguments, and where a type is expected instead, the
    /// runtime takes the integer for the address of one and crashes; or it marks a private scope, which it cannot find.
    static func isSafe(_ byte: UInt8) -> Bool {
        (0x21..<0x7f).contains(byte) && byte != UInt8(ascii: "$")
    }

    /// The greatest length of a name in bytes, more than a type with two hundred generic arguments needs.
    static let longestName = 4096

    private static let names = Locked<[ObjectIdentifier: String]>([:])

    /// Returns the mangled name, if the runtime finds this very type by it.
    private static func mangledName(of type: Any.Type) -> String? {
        guard let name = _mangledTypeName(type), let found = Self.type(named: name), found == type else { return nil }
        return name
    }

    private static func placeName(of type: Any.Type) -> String? {
        PlaceName(of: type)?.description
    }
}
