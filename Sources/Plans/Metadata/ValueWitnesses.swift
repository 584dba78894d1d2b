/// The functions and facts with which the runtime handles values of one type.
struct ValueWitnesses {
    let table: UnsafeRawPointer
    let metadata: UnsafeRawPointer

    private typealias GetTag = @convention(c) (UnsafeRawPointer, UnsafeRawPointer) -> UInt32
    private typealias Project = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer) -> Void
    private typealias InjectTag = @convention(c) (UnsafeMutableRawPointer, UInt32, UnsafeRawPointer) -> Void
    private typealias Destroy = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer) -> Void

    var size: Int { table.load(fromByteOffset: 64, as: Int.self) }
    var stride: Int { table.load(fromByteOffset: 72, as: Int.self) }
    private var flags: UInt32 { table.load(fromByteOffset: 80, as: UInt32.self) }
    var alignment: Int { Int(flags & 0xFF) + 1 }
    /// Whether values are nothing but their bytes.
    var isTrivial: Bool { flags & 0x1_0000 == 0 }
    /// Whether a value may move in memory by a copy of its bytes.
    var isBitwiseTakable: Bool { flags & 0x10_0000 == 0 }
    var hasEnumWitnesses: Bool { flags & 0x20_0000 != 0 }

    func destroy(_ place: UnsafeMutableRawPointer) {
        unsafeBitCast(table.load(fromByteOffset: 8, as: UnsafeRawPointer.self), to: Destroy.self)(place, metadata)
    }

    /// Returns the index of an enum's case.
    @inline(__always)
    func tag(of place: UnsafeRawPointer) -> Int {
        Int(unsafeBitCast(table.load(fromByteOffset: 88, as: UnsafeRawPointer.self), to: GetTag.self)(place, metadata))
    }

    /// Turns an enum into its payload, at the same address.
    @inline(__always)
    func projectPayload(_ place: UnsafeMutableRawPointer) {
        unsafeBitCast(table.load(fromByteOffset: 96, as: UnsafeRawPointer.self), to: Project.self)(place, metadata)
    }

    /// Turns a payload into the enum, at the same address.
    @inline(__always)
    func injectTag(_ tag: Int, _ place: UnsafeMutableRawPointer) {
        let inject = unsafeBitCast(table.load(fromByteOffset: 104, as: UnsafeRawPointer.self), to: InjectTag.self)
        inject(place, UInt32(truncatingIfNeeded: tag), metadata)
    }
}

/// The box of an indirect payload, which is the same for all enums.
indirect enum PayloadBox<Payload> {
    case payload(Payload)
}

enum PayloadBoxes {
    /// Returns the payload in the box that `place` refers to.
    static func payload(_ place: UnsafeRawPointer, alignment: Int) -> UnsafeRawPointer {
        // Behind the head of an object.
        place.load(as: UnsafeRawPointer.self) + (16 + alignment - 1) / alignment * alignment
    }

    /// Makes a box whose payload `read` makes, and stores the reference to the box at `place`.
    static func make(
        _ type: Any.Type,
        at place: UnsafeMutableRawPointer,
        _ read: (UnsafeMutableRawPointer) throws -> Void
    ) rethrows {
        func make<Payload>(_ type: Payload.Type) throws {
            try withUnsafeTemporaryAllocation(of: Payload.self, capacity: 1) { payload in
                let payload = payload.baseAddress.unsafelyUnwrapped
                try read(UnsafeMutableRawPointer(payload))
                place.initializeMemory(as: PayloadBox<Payload>.self, to: .payload(payload.move()))
            }
        }
        try _openExistential(type, do: make)
    }
}
