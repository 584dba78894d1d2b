import Foundation
import Support
import Testing

/// What a task can do to its worker, what is said about it, and the status that follows.
struct Crash: Sendable, CustomTestStringConvertible {
    let kind: String
    let words: String
    let status: Int
    /// What the line says at its end of the signal.
    var meaning = ""

    static let trapped = ": a trap of the Swift runtime, or an illegal instruction"

    static let all = [
        Crash(kind: "trap", words: "was killed by SIGILL", status: 128 + 4, meaning: trapped),
        Crash(kind: "segmentationFault", words: "was killed by SIGSEGV", status: 128 + 11),
        Crash(kind: "abort", words: "was killed by SIGABRT", status: 128 + 6),
        Crash(kind: "overflow", words: "was killed by SIGSEGV", status: 128 + 11),
        Crash(kind: "exit", words: "called exit(5)", status: 5),
        Crash(kind: "exitZero", words: "called exit(0)", status: 1),
    ]

    var testDescription: String { kind }
}

@Suite("A task that ends its worker")
struct CrashTests {
    private let host = ProcessInfo.processInfo.hostName

    @Test(
        "A task that ends its worker ends the job, with rank, host and callable on standard error",
        arguments: Crash.all,
        [2, 3]
    )
    func inJob(crash: Crash, n: Int) async throws {
        let result = try await launch(.ranks(n), [try await Plugins.endings, "crash", crash.kind])
        #expect(result.status == .exited(crash.status), "\(result)")
        let lines = (1..<n).map { rank in
            "mpifutures: rank \(rank) of \(n) on \(host) \(crash.words) while running endings.Crash\(crash.meaning)\n"
        }
        #expect(lines.contains(result.stderr.text), "\(result)")
        #expect(result.stdout.text == "", "mpiexec's own report would be here")
    }

    @Test("A task that ends its worker ends the process where the workers are threads", arguments: Crash.all)
    func inThread(crash: Crash) async throws {
        let result = try await launch(.alone, [try await Plugins.endings, "crash", crash.kind])
        let isSignal = crash.words.contains("SIG")
        #expect(result.status == (isSignal ? .signaled(crash.status - 128) : .exited(crash.status)), "\(result)")
        let line = "mpifutures: rank 0 of 1 on \(host) \(crash.words) while running endings.Crash\(crash.meaning)\n"
        #expect(result.stderr.text == line)
    }

    @Test("A task that ends its worker ends a job of one rank", arguments: Crash.all)
    func inThreadUnderMPI(crash: Crash) async throws {
        let result = try await launch(.ranks(1), [try await Plugins.endings, "crash", crash.kind])
        #expect(result.status == .exited(crash.status), "\(result)")
        let line = "mpifutures: rank 0 of 1 on \(host) \(crash.words) while running endings.Crash\(crash.meaning)\n"
        #expect(result.stderr.text == line)
        #expect(result.stdout.text == "", "mpiexec's own report would be here")
    }

    @Test(
        "A task that ends its worker leaves room for the backtrace that the Swift runtime was asked for",
        arguments: [Start.alone, .ranks(3)],
        [
            "trap", "segmentationFault",
        ]
    )
    func backtrace(start: Start, kind: String) async throws {
        let result = try await launch(
            start,
            [try await Plugins.endings, "crash", kind],
            environment: ["SWIFT_BACKTRACE": "enable=yes,color=no"]
        )
        let (signal, meaning) = kind == "trap" ? ("SIGILL", Crash.trapped) : ("SIGSEGV", "")
        let end = "was killed by \(signal) while running endings.Crash\(meaning)"
        #expect(result.stderr.lines.first?.hasSuffix(end) == true, "\(result)")
        #expect(result.stderr.text.contains("Program crashed"), "\(result)")
        #expect(result.stderr.lines.last?.hasPrefix("Backtrace took") == true, "all of it arrives: \(result)")
    }
}

@Suite("The error of a call that traps")
struct TrapTests {
    /// Makes a call of the plugin that traps in a process of its own. Returns what the launcher says of it.
    private func line(_ call: String, backtrace: String) async throws -> String? {
        let result = try await launch(
            .alone,
            ["--workers", "1", "-c", "\(try await Plugins.endings):\(call)"],
            environment: ["MPIFUTURES_ISOLATE": "on", "SWIFT_BACKTRACE": "enable=\(backtrace),color=no"]
        )
        #expect(result.status == .exited(1), "\(result)")
        return result.stderr.lines.first { $0.hasPrefix("mpifutures: call 0: ") }
    }

    @Test("The error of a call that traps says that the Swift runtime has ended it, and how to see why")
    func withoutReason() async throws {
        let line = try await line(#"Crash(kind: "trap")"#, backtrace: "no")
        let host = ProcessInfo.processInfo.hostName
        #expect(
            line
                == "mpifutures: call 0: endings.Crash was killed by SIGILL on rank 1 of 2 on \(host): a trap of the Swift "
                + "runtime, such as for an index out of range or a division by zero, or an illegal instruction; compile "
                + "without -O to see the reason"
        )
    }

    @Test("The error of a call that traps with a message has the message", arguments: ["no", "yes"])
    func withReason(backtrace: String) async throws {
        let line = try #require(try await line(#"LastLine(end: "trap")"#, backtrace: backtrace))
        #expect(line.contains(": a trap of the Swift runtime: endings/Output.swift:"), "\(line)")
        #expect(line.hasSuffix(": Fatal error: trapped"), "\(line)")
    }

    @Test("The error of a call that crashes otherwise says no more than the signal")
    func otherCrash() async throws {
        let line = try await line(#"Crash(kind: "segmentationFault")"#, backtrace: "no")
        #expect(line?.contains("was killed by SIGSEGV on rank 1 of 2") == true, "\(line ?? "")")
        #expect(line?.contains("trap") == false)
    }
}

@Suite("A worker that is killed from outside")
struct KilledWorkerTests {
    @Test(
        "A worker that is killed from outside ends the job, also while a program lives on that it has started",
        arguments: [2, 3]
    )
    func orphan(n: Int) async throws {
        let result = try await launch(.ranks(n), [try await Plugins.endings, "orphan"])
        #expect(result.status == .exited(9), "\(result)")
        #expect(result.stderr.text == "")
    }
}

@Suite("A program that crashes by itself")
struct OwnCrashTests {
    @Test(
        "A program that crashes by itself ends the job, with a backtrace if one was asked for",
        arguments: Crash.all.prefix(4),
        ["no", "yes"]
    )
    func inMaster(crash: Crash, backtrace: String) async throws {
        let result = try await launch(
            .ranks(3),
            [try await Plugins.endings, "crash here", crash.kind],
            environment: ["SWIFT_BACKTRACE": "enable=\(backtrace),color=no"]
        )
        #expect(result.status == .exited(crash.status), "\(result)")
        let line = "mpifutures: rank 0 of 3 on \(ProcessInfo.processInfo.hostName) \(crash.words)\(crash.meaning)"
        #expect(result.stderr.lines.first == line, "\(result)")
        let last = result.stderr.lines.last ?? ""
        #expect(backtrace == "yes" ? last.hasPrefix("Backtrace took") : last == line, "\(result)")
        #expect(result.stdout.text == "", "mpiexec's own report would be here")
    }
}

@Suite("An error in a task")
struct TaskErrorTests {
    @Test(
        "An error in a task arrives typed, with rank, host and callable",
        arguments: [Start.alone, .ranks(1), .ranks(2)]
    )
    func arrives(start: Start) async throws {
        let result = try await launch(
            start,
            [try await Plugins.endings, "errors"],
            environment: ["MPIFUTURES_MAX_WORKERS": "1"]
        )
        let place = "rank 1 of 2 on \(ProcessInfo.processInfo.hostName)"
        expect(
            result,
            status: 0,
            stdout: """
                typed: 7
                its place: endings.Fail failed on \(place): endings.Typed: Typed(code: 7)
                untyped: endings.Fail failed on \(place): endings.Refusal: refused: not today

                """
        )
    }
}
