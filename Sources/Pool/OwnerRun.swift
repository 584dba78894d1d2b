internal import Journals
internal import Wire

/// The owner of the results of consecutive tasks of one frame.
struct OwnerRun {
    enum Owner {
        case futures(FutureList, first: Int)
        case elements(MapCore, first: Int)
    }
    let owner: Owner
    var count: Int
    /// What a journal needs to know of the tasks; nil if they are not recorded.
    let tickets: CallTickets?
    /// The place of the first task's ticket.
    let firstTicket: Int

    /// Whether somebody still waits for the task `index` of the run.
    func isWanted(_ index: Int) -> Bool {
        switch owner {
        case .futures(let futures, let first): futures[first + index].map { !$0.phase.isDone } ?? false
        case .elements(let map, _): !map.isCancelled
        }
    }

    /// Returns the task `index` alone. A future is moved to a list of its own.
    func take(_ index: Int) -> OwnerRun {
        let owner: Owner =
            switch owner {
            case .futures(let futures, let first): .futures(FutureList([futures.take(first + index)]), first: 0)
            case .elements(let map, let first): .elements(map, first: first + index)
            }
        let ticket = tickets?.copy(of: index..<index + 1, from: firstTicket)
        return OwnerRun(owner: owner, count: 1, tickets: ticket, firstTicket: 0)
    }

    /// Fails the tasks `range` of the run.
    func fail(_ range: Range<Int>, with error: any Error) {
        switch owner {
        case .futures(let futures, let first):
            for index in range { futures.take(first + index)?.complete(.failure(error)) }
        case .elements(let map, let first): map.fail(first + range.lowerBound..<first + range.upperBound, with: error)
        }
    }

    /// Completes the tasks `range` of the run with the records at `offsets` of `buffer`.
    func complete(_ range: Range<Int>, buffer: FrameBuffer, offsets: UnsafeBufferPointer<UInt32>) {
        tickets?.record(first: firstTicket + range.lowerBound, buffer: buffer, offsets: offsets)
        switch owner {
        case .futures(let futures, let first):
            for (index, offset) in zip(range, offsets) {
                futures.take(first + index)?.complete(.payload(Payload(buffer: buffer, offset: Int(offset))))
            }
        case .elements(let map, let first): map.fill(first: first + range.lowerBound, buffer: buffer, offsets: offsets)
        }
    }
}
