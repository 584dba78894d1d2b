import Foundation
import Support
import Testing

/// The programs of the kill test: see `Fixtures/kills`.
struct KillPrograms: Sendable {
    let plugin: String
    let program: String

    static var here: KillPrograms { get async throws { try await build.value } }

    private static let build = Task {
        let directory = try TemporaryDirectory.shared.get().path
        let source = ["\(PackageFiles.root)/Tests/Fixtures/kills/Kills.swift"]
        let made = KillPrograms(plugin: "\(directory)/libkills.so", program: "\(directory)/kills")
        try await buildPlugin(source, module: "kills", to: made.plugin)
        try await buildProgram(source, module: "kills", to: made.program)
        return made
    }
}

/// One run in which one process is killed, all of it chosen by a seed.
struct KillRun: CustomStringConvertible {
    /// How the workers come about.
    enum Start: CaseIterable {
        case launcher, ownWorkers, program, restarts
        /// Workers that are runners: those of ranks, of the launcher, and of a program.
        case ownedRunners, launcherRunners, programRunners

        /// Whether the master is a rank, and dies with the workers.
        var isOneJob: Bool { self == .launcher || self == .ownedRunners }

        var hasRunners: Bool {
            switch self {
            case .ownedRunners, .launcherRunners, .programRunners: true
            case .launcher, .ownWorkers, .program, .restarts: false
            }
        }

        /// Who can be killed.
        var victims: [Victim] {
            switch self {
            case .launcher, .ownWorkers, .program, .restarts: [.mpiexec, .proxy, .both, .rankZero, .worker, .master]
            // Most often runners, because their deaths have to cost the least.
            case .ownedRunners: [.mpiexec, .proxy, .worker, .master, .runner, .runner, .runner, .runner]
            case .launcherRunners, .programRunners: [.master, .runner, .runner]
            }
        }
    }

    /// What the workers do meanwhile.
    enum Scene: String, CaseIterable {
        /// Short calls.
        case busy
        /// Nothing, and then short calls.
        case idle
        /// Calls that never end.
        case spin
    }

    enum Victim {
        case mpiexec, proxy, both, rankZero, worker, master, runner
    }

    let start: Start
    let scene: Scene
    let victim: Victim
    let signal: Int32
    /// When, as a part of the time that a run takes without a kill.
    let fraction: Double
    /// How many runners are killed, one after the other.
    let count: Int
    /// Whether calls have a memory limit, for which runners may make control groups.
    let hasMemoryLimit: Bool

    static let workers = 3
    static let calls = 60

    init(_ generator: inout SeededGenerator) {
        start = Start.allCases.randomElement(using: &generator) ?? .launcher
        victim = start.victims.randomElement(using: &generator) ?? .worker
        // Calls that never end outlive a runner.
        let mayOutlive = start == .restarts || victim == .runner
        let scenes: [Scene] = mayOutlive ? [.busy, .idle] : [.busy, .busy, .idle, .spin]
        scene = scenes.randomElement(using: &generator) ?? .busy
        count = victim == .runner ? Int.random(in: 1...5, using: &generator) : 1
        // A call that never ends is ended by nothing else.
        let others: [Int32] = scene == .spin ? [SIGKILL] : [SIGTERM, SIGINT, SIGSEGV, SIGABRT]
        let isKill = Int.random(in: 0..<5, using: &generator) > 0
        signal = isKill ? SIGKILL : others.randomElement(using: &generator) ?? SIGKILL
        fraction = Double.random(in: 0...1.05, using: &generator)
        hasMemoryLimit = start.hasRunners && Bool.random(using: &generator)
    }

    var description: String {
        "\(start), \(scene): signal \(signal) to \(count) \(victim) at \((fraction * 100).rounded() / 100) of the time"
            + (hasMemoryLimit ? ", with a memory limit" : "")
    }

    // MARK: Running

    /// How a run went.
    struct Outcome {
        let result: ProcessResult
        let notes: [String]
        /// Whether a process was killed, and whether that was the master.
        let hasKilled: Bool
        /// Files that nobody uses.
        let left: [String]
    }

    /// - Parameter time: How long a run takes without a kill; nil for such a run.
    func perform(_ programs: KillPrograms, time: Duration?) async throws -> Outcome {
        let (notes, scratch) = (try TemporaryDirectory(), try TemporaryDirectory())
        let file = "\(notes.path)/notes"
        let arguments = [file, scene.rawValue, "\(Self.calls)", start == .restarts ? "2" : "0"]
        let residue = Residue(in: ["/dev/shm", scratch.path])
        MemoryGroupFiles.look()
        var hasKilled = false
        let result = try await run(programs, arguments, scratch.path) { program in
            guard let time else { return }
            if scene == .spin {
                let begun = Deadline.after(hangTime)
                while !text(of: file).contains("begun"), !begun.isPast { try await Task.sleep(for: .milliseconds(5)) }
            }
            try await Task.sleep(for: time * fraction)
            for _ in 0..<count {
                guard try await kill(in: program) else { break }
                hasKilled = true
                if count > 1 { try await Task.sleep(for: time * 0.1) }
            }
            // It would go on for ever.
            if !hasKilled, scene == .spin { program.send(signal: SIGKILL) }
        }
        return Outcome(
            result: result,
            notes: text(of: file).split(separator: "\n").map(String.init),
            hasKilled: hasKilled,
            left: try await left(residue)
        )
    }

    private func text(of file: String) -> String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

    private func run(
        _ programs: KillPrograms,
        _ arguments: [String],
        _ scratch: String,
        while body: (RunningProcess) async throws -> Void
    ) async throws -> ProcessResult {
        let environment: [String: String?] = [
            "TMPDIR": scratch, "SWIFT_BACKTRACE": "enable=no", "MPIFUTURES_MAX_WORKERS": "\(Self.workers)",
            "MPIFUTURES_ISOLATE": start.hasRunners ? "on" : "off",
            "MPIFUTURES_MEMORY_LIMIT": hasMemoryLimit ? "1G" : nil,
        ]
        let launcher = try BuildProducts.path(of: "mpifutures")
        switch start {
        case .launcher, .ownedRunners:
            return try await mpiexec(
                n: Self.workers + 1,
                launcher,
                [programs.plugin] + arguments,
                environment: environment,
                allowed: .seconds(120),
                while: body
            )
        case .ownWorkers, .launcherRunners:
            return try await runProcess(
                launcher,
                ["--workers", "\(Self.workers)", programs.plugin] + arguments,
                environment: environment,
                deadline: .after(.seconds(120)),
                while: body
            )
        case .program, .restarts, .programRunners:
            return try await runProcess(
                programs.program,
                arguments,
                environment: environment,
                deadline: .after(.seconds(120)),
                while: body
            )
        }
    }

    /// Kills the victim as soon as there is one; false if none has come for a while.
    private func kill(in program: RunningProcess) async throws -> Bool {
        let deadline = Deadline.after(.milliseconds(scene == .spin ? 5000 : 300))
        repeat {
            let victims = victims(in: program)
            for id in victims { Foundation.kill(id, signal) }
            if !victims.isEmpty { return true }
            try await Task.sleep(for: .milliseconds(3))
        } while !deadline.isPast
        return false
    }

    private func victims(in program: RunningProcess) -> [Int32] {
        let family = program.descendants
        func proxies() -> [Int32] { family.filter { $0.commandLine.contains("hydra_pmi_proxy") }.map(\.id) }
        func mpiexecs() -> [Int32] {
            start.isOneJob
                ? [program.id] : family.filter { $0.commandLine.hasPrefix("mpiexec") && $0.rank == nil }.map(\.id)
        }
        func rank(_ number: Int) -> [Int32] { family.filter { $0.rank == number }.map(\.id) }
        switch victim {
        case .mpiexec: return mpiexecs()
        case .proxy: return proxies()
        case .both: return proxies().isEmpty ? [] : mpiexecs() + proxies()
        case .rankZero: return rank(0)
        case .worker: return rank(1 + Int(fraction * 1000) % Self.workers)
        case .master: return start.isOneJob ? rank(0) : [program.id]
        case .runner:
            let runners = family.filter(\.isRunner).map(\.id).sorted()
            return runners.isEmpty ? [] : [runners[Int(fraction * 1000) % runners.count]]
        }
    }

    /// What is left for good: the segments and groups of jobs that run beside this one come and go.
    private func left(_ residue: Residue) async throws -> [String] {
        // hydra writes that file for its proxies, and removes it if it ends by itself.
        func look() -> Set<String> {
            let groups = MemoryGroupFiles.left.map { "the control group of process \($0)" }
            return Set(residue.left().filter { !$0.contains("/hydra_hwloc_xmlfile_") } + groups)
        }
        var left = look()
        let deadline = Deadline.after(hangTime)
        while !left.isEmpty, !deadline.isPast {
            try await Task.sleep(for: .milliseconds(50))
            left.formIntersection(look())
        }
        return left.sorted()
    }
}
