package import CBOR
package import CMPIFutures
internal import Waiting

/// The owner of the values that C code reads: the arguments of a call, or the result of one.
///
/// A value in C is a place in a message and the address of this object. The object keeps the copies that reading makes.
///
/// The conformance to `Sendable` is unchecked because the copies are behind a lock, and `call` is set before the object
/// is shared.
package final class ValueSource: @unchecked Sendable {
    private let copies = Locked<[UnsafeMutableRawPointer]>([])

    /// The call whose arguments the values are; nil for the values of a result. The call owns this object.
    unowned(unsafe) var call: TaskCall?

    package init() {}

    deinit { freeCopies() }

    /// Returns the name of a value, for errors.
    func name(_ path: [Item.Step]) -> String { call?.name(path) ?? "the result" + path.written }

    /// Takes note of a value that could not be read, which fails the call.
    func note(_ message: String) { call?.note(message) }

    /// Returns memory that lives as long as the source, aligned for any number.
    func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
        copies.withLock { $0.append(memory) }
        return memory
    }

    /// Frees all copies.
    package func freeCopies() {
        let all = copies.withLock { copies in
            defer { copies = [] }
            return copies
        }
        for memory in all { memory.deallocate() }
    }

    /// Returns the value for C code.
    package func value(_ item: Item) -> mpifutures_value {
        mpifutures_value(
            message_: item.message.baseAddress,
            size_: item.message.count,
            offset_: item.offset,
            owner_: Unmanaged.passUnretained(self).toOpaque()
        )
    }
}

extension mpifutures_value {
    var source: ValueSource? {
        owner_.map { Unmanaged<ValueSource>.fromOpaque($0).takeUnretainedValue() }
    }

    var item: Item { Item(UnsafeRawBufferPointer(start: message_, count: size_), at: offset_) }
}
