import Foundation
import Support
import Testing

/// Nothing that a command has started is left when its job has ended.
@Suite("The end of a job is the end of its commands")
struct CommandEndingTests {
    /// A way of starting, and the launcher's options for it.
    struct Mode: Sendable, CustomTestStringConvertible {
        let start: Start
        var options: [String] = []
        var testDescription: String { ([start.testDescription] + options).joined(separator: " ") }

        static let all = [
            Mode(start: .alone), Mode(start: .ranks(3)), Mode(start: .alone, options: ["--workers", "2"]),
        ]
    }

    @Test("A command does not outlive the job", arguments: Mode.all, [SIGTERM, SIGINT])
    func noOrphans(mode: Mode, signal: Int32) async throws {
        // `launch` expects that nothing is left over.
        let spec = #"sh("echo begun >begun; sleep 600"); exec(["sleep", "600"])"#
        try await run(mode, spec, signal)
    }

    @Test(
        "Descendants end too",
        arguments: Mode.all,
        [
            // In a pipeline, behind a shell that waits.
            "sleep 600 | sleep 600 | cat; true",
            // The shell goes on with what comes next.
            "trap : TERM INT; sleep 600; sleep 600; sleep 600",
            // It ignores what can be ignored, and so do its children.
            "trap '' TERM INT HUP; sleep 600; sleep 600",
            // In a session of its own, and nobody's child.
            "setsid -f sleep 600; sleep 600",
            "(trap '' TERM; setsid sleep 600 & setsid sleep 600) & wait; sleep 600",
            // Without what the environment says.
            "env -i setsid -f sleep 600; env -i sleep 600",
        ]
    )
    func descendants(mode: Mode, script: String) async throws {
        try await run(mode, #"sh("echo begun >begun; \#(script)"); sh("sleep 600")"#, SIGTERM)
    }

    @Test("A stopped command ends too", arguments: Mode.all)
    func stopped(mode: Mode) async throws {
        try await run(mode, #"sh("sleep 600 & kill -STOP $!; echo begun >begun; kill -STOP $$")"#, SIGTERM)
    }

    @Test("A command may clean up", arguments: Mode.all)
    func cleaningUp(mode: Mode) async throws {
        let script = "trap 'echo gone >gone; exit' TERM; echo begun >begun; sleep 600 & wait"
        try await run(mode, #"sh("\#(script)")"#, SIGTERM) { directory in
            // mpiexec does not wait for it.
            let deadline = Deadline.after(hangTime)
            while !FileManager.default.fileExists(atPath: "\(directory)/gone"), !deadline.isPast {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(FileManager.default.fileExists(atPath: "\(directory)/gone"))
        }
    }

    @Test("Commands do not outlive a worker that is killed", arguments: Mode.all)
    func killed(mode: Mode) async throws {
        let directory = try TemporaryDirectory()
        let spec = #"sh("echo $PPID >begun; setsid -f sleep 600; sleep 600 | cat")"#
        try await launch(mode.start, mode.options + ["-c", spec], workingDirectory: directory.path) { process in
            try await Self.waitForBegin(directory.path)
            // All at once: the launcher, its workers, mpiexec. Supervisors and commands are nobody's children here.
            let family = [process.id] + process.descendants.map(\.id)
            for id in family { kill(id, SIGKILL) }
        }
    }

    @Test("A call whose supervisor is killed fails, and the next one has another", arguments: [Start.alone, .ranks(2)])
    func lostSupervisor(start: Start) async throws {
        let result = try await launch(start, ["-c", #"sh("kill -KILL $PPID; exec sleep 600"); sh("echo on")"#])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "on\n")
        #expect(result.stderr.text.hasPrefix("mpifutures: call 0: sh on rank "), "\(result)")
        #expect(result.stderr.text.hasSuffix(": 'sh' was ended, because the process that supervised it has ended\n"))
    }

    /// Runs calls until one has made the file `begun`, and ends them by a signal.
    private func run(
        _ mode: Mode,
        _ spec: String,
        _ signal: Int32,
        then body: (_ directory: String) async throws -> Void = { _ in }
    ) async throws {
        let directory = try TemporaryDirectory()
        let result = try await launch(
            mode.start,
            mode.options + ["-c", spec],
            workingDirectory: directory.path
        ) { process in
            try await Self.waitForBegin(directory.path)
            process.send(signal: signal)
        }
        #expect(result.status == .exited(128 + Int(signal)), "\(result)")
        try await body(directory.path)
        // What has no mark of the test in its environment is known by its working directory.
        let deadline = Deadline.after(hangTime)
        while !Self.processes(in: directory.path).isEmpty, !deadline.isPast {
            try await Task.sleep(for: .milliseconds(5))
        }
        let left = Self.processes(in: directory.path)
        for id in left { kill(id, SIGKILL) }
        #expect(left == [])
    }

    private static func waitForBegin(_ directory: String) async throws {
        let deadline = Deadline.after(hangTime)
        while (try? String(contentsOfFile: "\(directory)/begun", encoding: .utf8).isEmpty) ?? true, !deadline.isPast {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func processes(in directory: String) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { id in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd")) == directory
        }
    }
}
