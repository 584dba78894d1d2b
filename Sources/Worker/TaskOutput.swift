internal import Glibc
package import Wire

/// The way of a task's lines to the master while the task runs.
///
/// The conformance to `Sendable` is unchecked because only the thread that serves uses the connection.
package final class TaskOutput: @unchecked Sendable {
    private var send: ((FrameBuffer) throws -> Void)?
    private var server: pthread_t?

    /// Connects this object while the calling thread serves.
    func connect(_ send: @escaping (FrameBuffer) throws -> Void) {
        self.send = send
        server = pthread_self()
    }

    func disconnect() {
        send = nil
        server = nil
    }

    /// Whether the calling thread can send lines. Threads that a task has started cannot.
    package var isConnected: Bool { server.map { pthread_equal($0, pthread_self()) != 0 } ?? false }

    /// Sends whole lines, and waits until they have gone out.
    ///
    /// An error of the connection shows when the result is sent.
    package func send(_ lines: UnsafeRawBufferPointer, _ stream: StandardStream) {
        guard isConnected, !lines.isEmpty else { return }
        try? send?(WorkerFrame.outputFrame(stream, lines))
    }
}
