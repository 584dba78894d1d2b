import Foundation
import Support
import Testing

/// What a task can do to its worker, what is said about it, and the status that follows.
struct Crash: Sendable, CustomTestStringConvertible {
    let kind: String
    let words: String
    let status: Int

    static let all = [
        Crash(kind: "trap", words: "was killed by SIGILL", status: 128 + 4),
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
            "mpifutures: rank \(rank) of \(n) on \(host) \(crash.words) while running endings.Crash\n"
        }
        #expect(lines.contains(result.stderr.text), "\(result)")
        #expect(result.stdout.text == "", "mpiexec's own report would be here")
    }

    @Test("A task that ends its worker ends the process where the workers are threads", arguments: Crash.all)
    func inThread(crash: Crash) async throws {
        let result = try await launch(.alone, [try await Plugins.endings, "crash", crash.kind])
        let isSignal = crash.words.contains("SIG")
        #expect(result.status == (isSignal ? .signaled(crash.status - 128) : .exited(crash.status)), "\(result)")
        let line = "mpifutures: rank 0 of 1 on \(host) \(crash.words) while running endings.Crash\n"
        #expect(result.stderr.text == line)
    }

    @Test("A task that ends its worker ends a job of one rank", arguments: Crash.all)
    func inThreadUnderMPI(crash: Crash) async throws {
        let result = try await launch(.ranks(1), [try await Plugins.endings, "crash", crash.kind])
        #expect(result.status == .exited(crash.status), "\(result)")
        let line = "mpifutures: rank 0 of 1 on \(host) \(crash.words) while running endings.Crash\n"
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
        let signal = kind == "trap" ? "SIGILL" : "SIGSEGV"
        #expect(result.stderr.lines.first?.hasSuffix("was killed by \(signal) while running endings.Crash") == true)
        #expect(result.stderr.text.contains("Program crashed"), "\(result)")
        #expect(result.stderr.lines.last?.hasPrefix("Backtrace took") == true, "all of it arrives: \(result)")
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
        let line = "mpifutures: rank 0 of 3 on \(ProcessInfo.processInfo.hostName) \(crash.words)"
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
