import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Runs a program to its end and collects everything that it writes.
///
/// The program and every process that it starts carry a mark in their environment, so that none of
/// them survives: when the deadline passes the whole tree is killed, and what still lives a second
/// after a regular end is reported in the result and killed then.
///
/// - Parameters:
///   - executable: A path, or the name of a program in `PATH`.
///   - environment: Changes to the environment of the tests; nil removes a variable. Without `MPIFUTURES_ISOLATE`
///     calls are not isolated.
///   - workingDirectory: By default that of the tests.
///   - input: What the program finds on its standard input.
///   - deadline: When to kill the program. Its time begins when the program's turn has come.
///   - body: Runs beside the program, to send it signals or to wait for its output.
/// - Throws: `ProcessTimeout`, if the deadline passes; an error if the program cannot be started;
///   what `body` throws, after the program has been killed.
@discardableResult
package func runProcess(
    _ executable: String,
    _ arguments: [String] = [],
    environment: [String: String?] = [:],
    workingDirectory: String? = nil,
    input: [UInt8] = [],
    deadline: Deadline = .after(.seconds(180)),
    while body: (RunningProcess) async throws -> Void = { _ in }
) async throws -> ProcessResult {
    _ = Residue.sweep
    return try await ProgramPlaces.shared.run {
        try await runProcess(
            executable,
            arguments,
            environment: environment,
            workingDirectory: workingDirectory,
            input: input,
            startingWith: .after(deadline.span),
            while: body
        )
    }
}

/// Runs a program whose turn has come.
private func runProcess(
    _ executable: String,
    _ arguments: [String],
    environment: [String: String?],
    workingDirectory: String?,
    input: [UInt8],
    startingWith deadline: Deadline,
    while body: (RunningProcess) async throws -> Void
) async throws -> ProcessResult {
    let mark = UUID().uuidString
    let (stdin, stdout, stderr) = try (NamelessFile(input), NamelessFile(), NamelessFile())
    // Calls on threads and on ranks of MPI are to be tested wherever nothing else is said.
    var changes: [Environment.Key: String?] = ["MPIFUTURES_ISOLATE": "off"]
    for (name, value) in environment { changes[Environment.Key(stringLiteral: name)] = value }
    changes[Environment.Key(stringLiteral: ProcessTree.markVariable)] = mark
    // A group of its own: an interrupt sent to the program's group does not reach the tests.
    var options = PlatformOptions()
    options.processGroupID = 0

    let started = ContinuousClock.now
    let watch = Watch()
    defer { watch.end() }
    let outcome = try await withTaskExecutorPreference(watchingThreads) {
        try await run(
            executable.contains("/") ? .path(FilePath(executable)) : .name(executable),
            arguments: Arguments(arguments),
            environment: .inherit.updating(changes),
            workingDirectory: workingDirectory.map { FilePath($0) },
            platformOptions: options,
            input: .fileDescriptor(stdin.descriptor, closeAfterSpawningProcess: false),
            output: .fileDescriptor(stdout.descriptor, closeAfterSpawningProcess: false),
            error: .fileDescriptor(stderr.descriptor, closeAfterSpawningProcess: false)
        ) { execution in
            let id = execution.processIdentifier.value
            let tree = ProcessTree(root: id, mark: mark)
            watch.begin(tree, deadline)
            do {
                try await body(RunningProcess(id: id, deadline: deadline, stdout: stdout, stderr: stderr))
            } catch {
                tree.kill()
                throw error
            }
        }
    }
    let duration = ContinuousClock.now - started
    let isLate = watch.end()

    let leftovers = await leftovers(of: ProcessTree(root: nil, mark: mark))
    let status: ExitStatus =
        switch outcome.terminationStatus {
        case .exited(let code): .exited(Int(code))
        case .signaled(let number): .signaled(Int(number))
        }
    let result = try ProcessResult(
        status: status,
        stdout: ProcessOutput(bytes: stdout.contents()),
        stderr: ProcessOutput(bytes: stderr.contents()),
        duration: duration,
        leftovers: leftovers
    )
    guard !isLate else {
        let command = ([executable] + arguments).joined(separator: " ")
        throw ProcessTimeout(command: command, allowed: deadline.span, result: result)
    }
    return result
}

/// What looks after programs, so that deadlines are kept while tests that compute queue for Swift's pool.
private let watchingThreads = TestThreads(count: 2)

/// A program that runs.
package struct RunningProcess: Sendable {
    package let id: Int32
    let deadline: Deadline
    let stdout: NamelessFile
    let stderr: NamelessFile

    package func send(signal: Int32) {
        _ = kill(id, signal)
    }

    /// What the program has written so far.
    package var output: (stdout: ProcessOutput, stderr: ProcessOutput) {
        get throws { try (ProcessOutput(bytes: stdout.contents()), ProcessOutput(bytes: stderr.contents())) }
    }

    /// Waits for a text on either stream.
    ///
    /// Comes back when the program's deadline has passed too: the program is being killed then, and
    /// `runProcess` reports it.
    package func waitForOutput(containing text: String) async throws {
        while !deadline.isPast {
            let output = try output
            if output.stdout.text.contains(text) || output.stderr.text.contains(text) { return }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// Kills a tree at its deadline, and remembers that it did.
private final class Watch: Sendable {
    private struct State {
        var isOver = false
        var isLate = false
        var task: Task<Void, any Error>?
    }
    private let state = Mutex(State())

    func begin(_ tree: ProcessTree, _ deadline: Deadline) {
        let task = Task(executorPreference: watchingThreads) { [self] in
            try await Task.sleep(until: deadline.instant)
            let isLate = state.withLock { state in
                state.isLate = !state.isOver
                return state.isLate
            }
            if isLate { tree.kill() }
        }
        state.withLock { $0.task = task }
    }

    /// - Returns: Whether the deadline had passed.
    @discardableResult
    func end() -> Bool {
        state.withLock { state in
            state.isOver = true
            state.task?.cancel()
            return state.isLate
        }
    }
}

/// The processes that do not go away by themselves, killed on return.
private func leftovers(of tree: ProcessTree) async -> [ProcessDescription] {
    let deadline = Deadline.after(.seconds(20))
    var living = tree.living()
    while !living.isEmpty, !deadline.isPast {
        try? await Task.sleep(for: .milliseconds(5))
        living = tree.living()
    }
    let descriptions = living.map(ProcessTable.describe)
    tree.kill()
    return descriptions
}
