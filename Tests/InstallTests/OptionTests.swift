import Behaviours
import Foundation
import Support
import Testing

/// Every option of `ExecutorOptions` by every way of starting workers, as `OptionTable` has it.
@Suite("The options of executors, with an installed copy", .serialized)
struct OptionTests {
    @Test("The options of executors have a row each in the table")
    func complete() {
        #expect(OptionTable.rows.map(\.name).sorted() == OptionTable.options.sorted())
    }

    @Test(
        "The options of executors have the effect in a worker that the table says, or none",
        arguments: OptionTable.Way.allCases.filter { $0 != .spawn }
    )
    func effects(way: OptionTable.Way) async throws {
        let programs = try await OptionPrograms.here
        let scratch = try programs.scratch()
        expect(try await programs.run(way, scratch), way, programs, scratch)
    }

    @Test("The options of executors have their effect in a module's processes too, wherever those begin")
    func module() async throws {
        let programs = try await OptionPrograms.here
        let scratch = try programs.scratch()
        expect(
            try await programs.run(.processPool, scratch, plugin: ["-m", "options"]),
            .processPool,
            programs,
            scratch
        )
    }

    @Test(
        "The options of executors have their effect in processes that MPI spawns",
        .enabled(if: SpawningMPI.here != nil, "MPIFUTURES_TEST_MPICH names no MPI")
    )
    func spawned() async throws {
        guard let build = SpawningMPI.here else { return }
        let programs = try await OptionPrograms(build.products)
        let scratch = try programs.scratch()
        expect(try await programs.run(.spawn, scratch), .spawn, programs, scratch)
    }

    /// Expects of a run that each option had its effect, and no other.
    private func expect(
        _ result: ProcessResult,
        _ way: OptionTable.Way,
        _ programs: OptionPrograms,
        _ scratch: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == .exited(0), "\(result)", sourceLocation: sourceLocation)
        #expect(result.leftovers.isEmpty, "\(result)", sourceLocation: sourceLocation)
        var found: [String: [String: String]] = [:]
        for line in result.stdout.text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map {
                $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            }
            found[fields[0][0]] = Dictionary(uniqueKeysWithValues: fields.dropFirst().map { ($0[0], $0.last ?? "") })
        }
        let usual = programs.usual(way, scratch)
        #expect(result.stdout.lines.first == "master\t\(usual["name"] ?? "")", sourceLocation: sourceLocation)
        #expect(found["none"] == usual, "\(result)", sourceLocation: sourceLocation)
        for row in OptionTable.rows {
            guard !row.isRefused(by: way) else {
                #expect(found[row.name]?["error"]?.contains(row.refusal) == true, "\(row.name): \(result)")
                continue
            }
            var changes = row.applies(to: way) ? programs.effect(of: row, scratch) : [:]
            // The call is made again by default.
            if row.name == "restarts", way == .isolated { changes = ["loss": "came back"] }
            let expected = usual.merging(changes) { $1 }
            #expect(found[row.name] == expected, "\(row.name): \(result)", sourceLocation: sourceLocation)
        }
    }
}

/// The program of `Fixtures/options`, built against an installed copy: as a plugin, as a program, and as another one.
struct OptionPrograms: Sendable {
    private let installation: Installation
    private let directory: TemporaryDirectory

    static var here: OptionPrograms { get async throws { try await ownBuild.value } }

    private static let ownBuild = Task { try await OptionPrograms(BuildProducts.directory) }

    private var program: String { "\(directory.path)/options" }
    private var other: String { "\(directory.path)/other" }

    /// - Parameter products: The directory of the build that is installed.
    init(_ products: String) async throws {
        installation = try await Installation(of: products)
        directory = try TemporaryDirectory()
        let fixtures = "\(PackageFiles.root)/Tests/Fixtures/options"
        let flags = "$(pkg-config --cflags --libs mpifutures) -Xlinker -rpath='$ORIGIN'"
        let main = "swiftc -parse-as-library \(fixtures)/options.swift -module-name options -I . -L . -lProbe \(flags)"
        let lines = [
            "swiftc -parse-as-library -emit-library -emit-module \(fixtures)/probe.swift -module-name Probe "
                + "-o libProbe.so \(flags)",
            "\(main) -emit-library -o liboptions.so", "\(main) -o options", "cp options other",
        ]
        for line in lines { try await installation.build(line, in: directory.path) }
    }

    /// A directory for one run.
    func scratch() throws -> String {
        let path = "\(directory.path)/scratch-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func arguments(_ way: OptionTable.Way, _ scratch: String) -> [String] {
        [way == .processPool ? "process" : "pool", scratch, other]
    }

    func run(
        _ way: OptionTable.Way,
        _ scratch: String,
        plugin: [String] = ["./liboptions.so"]
    ) async throws -> ProcessResult {
        let arguments = arguments(way, scratch)
        let environment: [String: String?] = [
            "OPTION_TEST_ISOLATED": way == .isolated ? "yes" : nil,
            "OPTION_TEST_SHARED": way.sharesWorkers ? "yes" : nil, "MPIFUTURES_PATH": nil, "MPIFUTURES_BACKOFF": nil,
            "MPIFUTURES_HEARTBEAT": nil,
            "MPIFUTURES_MPIEXEC": way == .spawn ? SpawningMPI.here?.mpiexec : nil,
            "MPIFUTURES_ISOLATE": way == .isolated ? "on" : "off", "SWIFT_BACKTRACE": "enable=no",
        ]
        func alone(_ words: [String]) async throws -> ProcessResult {
            try await runProcess(
                words[0],
                Array(words.dropFirst()),
                environment: environment,
                workingDirectory: directory.path
            )
        }
        switch way {
        case .ranks, .processPool:
            return try await mpiexec(
                n: 2,
                installation.launcher,
                plugin + arguments,
                environment: environment,
                workingDirectory: directory.path
            )
        case .workers: return try await alone([installation.launcher, "--workers", "1"] + plugin + arguments)
        case .relay, .isolated: return try await alone([program] + arguments)
        case .spawn:
            return try await alone([SpawningMPI.here?.mpiexec ?? "mpiexec", "-n", "1", program] + arguments)
        }
    }

    /// What a worker of an executor without options has around it.
    func usual(_ way: OptionTable.Way, _ scratch: String) -> [String: String] {
        [
            "program": way.isLauncher ? installation.launcher : program,
            "name": way.isLauncher ? "./liboptions.so" : program,
            "arguments": arguments(way, scratch).joined(separator: "|"),
            "directory": directory.path,
            "path": "none", "variable": "none", "numbers": "none", "backoff": "none", "heartbeat": "none",
            "global": "none",
            "main": "present",
        ]
    }

    /// What is different with an option, as the fixture sets it.
    func effect(of row: OptionTable.Row, _ scratch: String) -> [String: String] {
        switch row.name {
        case "globals": ["global": "value"]
        case "executable": ["program": other, "name": other, "arguments": "", "main": "absent"]
        case "arguments": ["arguments": #"-x|two words||two<newline>lines\n|100% "'"#]
        case "mpiInfo", "workingDirectory": ["directory": scratch]
        case "path": ["path": "/some/where:/else where"]
        case "loadsMain":
            [
                "program": installation.launcher, "name": "\(installation.prefix)/lib/../bin/mpifutures",
                "arguments": "", "main": "absent",
            ]
        case "environment": ["variable": "a b=c"]
        case "workerEnvironment": ["numbers": #"0 of 1, {"x"}"#]
        case "restarts": ["loss": "came back"]
        case "isolation": ["loss": "was killed by SIGKILL"]
        case "retries": ["loss": "made again"]
        case "memoryLimit": ["loss": "ran out of memory (its limit is 256M)"]
        case "maxCallsPerWorker": ["loss": "another"]
        case "labelsOutput": ["output": "a pipe"]
        case "failedCallsDirectory": ["loss": "saved"]
        case "timeLimit": ["loss": "took longer than 0.2 s", "warned": "no"]
        case "gracePeriod": ["loss": "took longer than 0.2 s", "warned": "yes"]
        case "journal", "trace": ["recorded": "yes"]
        case "heartbeat": ["heartbeat": "2.0,7.0"]
        case "backoff": ["backoff": "0.007"]
        default: ["there is no": "expectation"]
        }
    }
}
