internal import Wire

/// What a journal needs to know of calls whose results are still to come. Each call has a ticket, in the order of the
/// calls.
///
/// The owner adds tickets while nobody else has the object. From then on it does not change.
package final class CallTickets {
    package let journal: Journal
    @exclusivity(unchecked) private var bytes: FrameBuffer
    /// The offset behind each ticket.
    @exclusivity(unchecked) private var ends: [UInt32] = []

    package init(_ journal: Journal, capacity: Int = 4) {
        self.journal = journal
        bytes = FrameBuffer(capacity: 40 * capacity)
        ends.reserveCapacity(capacity)
    }

    package var count: Int { ends.count }

    /// Adds the ticket of a call.
    func add(callable: UInt32, _ key: CallKey, arguments: UnsafeRawBufferPointer?) {
        JournalRecord.Ticket.write(callable: callable, key, arguments: arguments, to: bytes)
        ends.append(UInt32(bytes.count))
    }

    /// Adds the ticket of a call that is not recorded.
    package func addNone() { ends.append(UInt32(bytes.count)) }

    /// Adds the tickets of others.
    package func append(_ other: CallTickets) {
        for index in 0..<other.count {
            bytes.append(other[index])
            ends.append(UInt32(bytes.count))
        }
    }

    /// Returns the bytes of a ticket. They are empty for a call that is not recorded.
    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return UnsafeRawBufferPointer(rebasing: bytes.bytes[start..<Int(ends[index])])
    }

    /// Returns a copy of some of the tickets, counted from the place `first`.
    package func copy(of range: Range<Int>, from first: Int) -> CallTickets {
        let copy = CallTickets(journal, capacity: range.count)
        for index in range {
            copy.bytes.append(self[first + index])
            copy.ends.append(UInt32(copy.bytes.count))
        }
        return copy
    }
}
