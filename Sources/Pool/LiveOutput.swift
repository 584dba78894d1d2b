internal import Waiting
package import Wire

/// Where the lines go that calls have written and workers send before the results.
package enum LiveOutput {
    package typealias Receiver = @Sendable (_ lines: UnsafeRawBufferPointer, _ stream: StandardStream) -> Void

    private static let receiver = Locked<Receiver?>(nil)

    /// Sets who receives the lines. Dispatchers call the function, so it should not wait for long.
    package static func set(_ receiver: @escaping Receiver) { Self.receiver.withLock { $0 = receiver } }

    static func pass(_ lines: UnsafeRawBufferPointer, _ stream: StandardStream) {
        receiver.withLock { $0 }?(lines, stream)
    }
}
