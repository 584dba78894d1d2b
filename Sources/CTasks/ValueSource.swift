package import CBOR
package import CMPIFutures
internal import Waiting

/// What the values that C code reads belong to: a call's arguments, or the result of one.
///
/// Values in C are a place in a message and the address of this object, which keeps the copies that reading them makes.
package final class ValueSource: @unchecked Sendable {
    // The copies are behind a lock, and the call is set while nobody else knows of this.
    private let copies = Locked<[UnsafeMutableRawPointer]>([])

    /// The call whose arguments the values are, which owns this; nil for a result's values.
    unowned(unsafe) var call: TaskCall?

    package init() {}

    deinit { freeCopies() }

    /// The name of a value, to say what is wrong with it.
    func name(_ path: [Item.Step]) -> String { call?.name(path) ?? "the result" + path.written }

    /// Hears of a value that could not be read: without an argument a call has failed.
    func note(_ message: String) { call?.note(message) }

    /// Memory that lives as long as the source, aligned for any number.
    func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
        copies.withLock { $0.append(memory) }
        return memory
    }

    /// Ends the life of everything that was copied.
    package func freeCopies() {
        let all = copies.withLock { copies in
            defer { copies = [] }
            return copies
        }
        for memory in all { memory.deallocate() }
    }

    /// The value for C.
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
