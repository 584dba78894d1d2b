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
    private let control: CInt

    private static let controlPlace: CInt = 3
    private static let count: CInt = 4
    private static let longestAssignment = 1 << 13

    /// Forks the process. Call it before this process has another thread.
    ///
    /// - Parameter work: Runs in the new process, with its assignment.
    /// - Returns: The process, where the caller goes on; nil if it could not be made.
    package static func fork(_ work: (Assignment) -> Never) -> ForkedRunner? {
        guard clinux_thread_count() == 1, let pipes = Pipes() else { return nil }
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
        errors = pipes.errors
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
        close(errors)
        child.wait()
    }
}

/// The descriptors between a rank and a process that it forks.
private struct Pipes {
    /// The descriptors of the new process, from 0 on.
    let ofChild: [CInt]
    /// Where the rank reads the new process's standard error.
    let errors: CInt
    /// Where the rank gives the assignment.
    let control: CInt

    init?() {
        let least: CInt = 4
        let input = FileDescriptor.aboveStandardStreams(open("/dev/null", O_RDONLY | O_CLOEXEC), least: least)
        let copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, least)
        let output = copy >= 0 ? copy : fcntl(input, F_DUPFD_CLOEXEC, least)
        var pipe: [CInt] = [-1, -1]
        var sockets: [CInt] = [-1, -1]
        let areMade = clinux_pipe(&pipe) == 0 && clinux_socket_pair(&sockets) == 0
        let others = (pipe + sockets).map { FileDescriptor.aboveStandardStreams($0, least: least) }
        errors = others[0]
        control = others[2]
        ofChild = [input, output, others[1], others[3]]
        guard areMade, (others + ofChild).allSatisfy({ $0 >= least }) else {
            closeThoseOfChild()
            closeOthers()
            return nil
        }
    }

    func closeThoseOfChild() { for descriptor in ofChild { close(descriptor) } }

    func closeOthers() {
        close(errors)
        close(control)
    }
}
