internal import Wire

/// The owner of the results of consecutive tasks of one frame.
struct OwnerRun {
    enum Owner {
        case futures(FutureList, first: Int)
        case elements(MapCore, first: Int)
    }
    let owner: Owner
    var count: Int

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
        switch owner {
        case .futures(let futures, let first):
            for (index, offset) in zip(range, offsets) {
                futures.take(first + index)?.complete(.payload(Payload(buffer: buffer, offset: Int(offset))))
            }
        case .elements(let map, let first): map.fill(first: first + range.lowerBound, buffer: buffer, offsets: offsets)
        }
    }
}
