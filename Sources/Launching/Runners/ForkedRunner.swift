internal import CLinux
internal import Glibc
package import Identities
internal import Linux
internal import Synchronization
internal import Transport

/// The first process of a rank's runner, forked from the rank before it starts MPI.
///
/// A fork costs a fraction of an execution, because the library and MPI's are loaded. The process has no thread but the
/// one that forks, and has run no code of the user's. It waits for its assignment, and ends if there is none.
package final class ForkedRunner: Sendable {
    /// What the process is to do.
    package struct Assignment: Sendable {
        package let place: WorkerPlace
        /// See `WorkerInvocation.runner`.
        package let library: String
        package let memory: CInt
        package let bell: CInt
    }

    let child: ChildProcess
    /// The end of the process's standard error that is read.
    let errors: CInt
    /// The end of the process's standard output that is read; nil if the process writes to that of this process.
    let output: CInt?
    private let control: CInt

    private static let controlPlace: CInt = 3
    private static let count: CInt = 4
    private static let longestAssignment = 1 << 13

    /// Forks the process. Call it before this process has another thread.
    ///
    /// - Parameters:
    ///   - readsOutput: Whether this process reads what the new one writes to standard output.
    ///   - work: Runs in the new process, with its assignment.
    /// - Returns: The process, where the caller goes on; nil if it could not be made.
    package static func fork(readsOutput: Bool = false, _ work: (Assignment) -> Never) -> ForkedRunner? {
        guard clinux_thread_count() == 1, let pipes = Pipes(readsOutput: readsOutput) else { return nil }
        let id = clinux_fork(pipes.ofChild, count)
        guard id == 0 else {
            pipes.closeThoseOfChild()
            guard id > 0 else {
                pipes.closeOthers()
                return nil
            }
            return ForkedRunner(ChildProcess(forked: id), pipes)
        }
        Environment.unsetRankVariables()
        if let assignment = receive() { work(assignment) }
        while true { clinux_end_now(0) }
    }

    private init(_ child: ChildProcess, _ pipes: Pipes) {
        self.child = child
        errors = pipes.streams.errors
        output = pipes.streams.output
        control = pipes.control
    }

    /// Waits for the assignment in the new process. Returns nil if the rank needs no runner.
    private static func receive() -> Assignment? {
        var text = [UInt8](repeating: 0, count: longestAssignment)
        var descriptors: [CInt] = [-1, -1]
        let size = clinux_receive_with_descriptors(controlPlace, &text, text.count, &descriptors, 2)
        close(controlPlace)
        guard size > 0 else { return nil }
        let invocation = WorkerInvocation(text: String(decoding: text[..<size], as: UTF8.self))
        guard case .runner(let place, let library)? = invocation else { return nil }
        return Assignment(
            place: place,
            library: library,
            memory: descriptors[0],
            bell: descriptors[1]
        )
    }

    /// Gives the process its assignment.
    ///
    /// - Returns: False if the process has ended, or the assignment is too long.
    func begin(_ invocation: WorkerInvocation, memory: CInt, bell: CInt) -> Bool {
        defer { close(control) }
        let text = Array(invocation.text.utf8)
        guard text.count <= Self.longestAssignment else { return false }
        return clinux_send_with_descriptors(control, text, text.count, [memory, bell], 2) == 0
    }

    /// Ends a process that has no assignment.
    package func dismiss() {
        close(control)
        closeStreams()
        child.wait()
    }

    /// Reads the process's streams no more.
    func closeStreams() {
        close(errors)
        if let output { close(output) }
    }
}

/// The descriptors between a rank and a process that it forks.
private struct Pipes {
    let streams: RunnerStreamEnds
    /// The descriptors of the new process, from 0 on.
    let ofChild: [CInt]
    /// Where the rank gives the assignment.
    let control: CInt

    init?(readsOutput: Bool) {
        let least: CInt = 4
        var sockets: [CInt] = [-1, -1]
        guard let streams = try? RunnerStreamEnds(readsOutput: readsOutput, least: least) else { return nil }
        self.streams = streams
        let areMade = clinux_socket_pair(&sockets) == 0
        let ends = sockets.map { FileDescriptor.aboveStandardStreams($0, least: least) }
        control = ends[0]
        ofChild = streams.ofRunner + [ends[1]]
        guard areMade, ends.allSatisfy({ $0 >= least }) else {
            closeThoseOfChild()
            closeOthers()
            return nil
        }
    }

    func closeThoseOfChild() { for descriptor in ofChild { close(descriptor) } }

    func closeOthers() {
        streams.closeThoseOfOwner()
        close(control)
    }
}
