/// The compiler's record of one declared struct, enum or class.
///
/// The layout is part of Swift's stable ABI (`TypeContextDescriptor` in the runtime's `Metadata.h`): flags, then
/// pointers relative to their own places, each of 32 bits: the parent, the name, the metadata accessor.
struct TypeDescriptor {
    let address: UnsafeRawPointer

    /// Finds the descriptor of a type. Returns nil for types without a declaration: tuples, functions, existentials,
    /// metatypes.
    init?(of type: Any.Type) {
        guard let address = descriptorOfMetadata(unsafeBitCast(type, to: UnsafeRawPointer.self)) else { return nil }
        self.init(address)
    }

    /// Reads the start of a descriptor. Returns nil if it is not that of a struct, enum or class.
    init?(_ address: UnsafeRawPointer) {
        self.address = address
        guard (16...18).contains(flags & 0x1f) else { return nil }
    }

    private var flags: UInt32 { address.load(as: UInt32.self) }

    /// Whether the type, or one that it is nested in, has generic parameters.
    var isGeneric: Bool { flags & 0x80 != 0 }

    /// The declared name, without those of the contexts around it.
    var name: String {
        String(cString: address.relativePointer(at: 8).assumingMemoryBound(to: CChar.self))
    }

    /// The type; nil if it is generic, since only specialisations exist then.
    var type: Any.Type? {
        guard !isGeneric else { return nil }
        // The accessor returns the metadata and its state in two registers. The request for complete metadata, 0,
        // makes the state a constant, so a C function that returns only the first describes the call.
        typealias Accessor = @convention(c) (Int) -> UnsafeRawPointer
        let accessor = unsafeBitCast(address.relativePointer(at: 12), to: Accessor.self)
        return unsafeBitCast(accessor(0), to: Any.Type.self)
    }
}

extension UnsafeRawPointer {
    /// Returns the address to which a 32-bit relative pointer points.
    fileprivate func relativePointer(at offset: Int) -> UnsafeRawPointer {
        self + offset + Int(load(fromByteOffset: offset, as: Int32.self))
    }
}

/// Returns the descriptor of metadata. The runtime knows where each kind of metadata keeps it.
@_silgen_name("swift_getTypeContextDescriptor")
private func descriptorOfMetadata(_ metadata: UnsafeRawPointer) -> UnsafeRawPointer?
