import Foundation
import Support
import Testing

/// `launch` gives each run a temporary directory of its own, and looks for what is left in it.
@Suite("A Swift file")
struct ScriptTests {
    static let starts: [Start] = [.alone, .ranks(1), .ranks(3)]

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var cache: String { "\(directory.path)/cache" }
    private var environment: [String: String?] { ["XDG_CACHE_HOME": cache] }

    static let topLevel = """
        #!/usr/bin/env mpifutures
        import MPIFutures

        struct Square: RemoteCallable {
            var x: Int
            func callAsFunction() -> Int { x * x }
        }

        try MPIPoolExecutor.with { executor in
            print(try executor.map(Square.init, 1...5).array(), CommandLine.arguments.dropFirst())
        }

        """

    static let program = """
        import MPIFutures

        struct Square: RemoteCallable {
            var x: Int
            func callAsFunction() -> Int { x * x }
        }

        @main struct Program: MPIProgram {
            static func run() throws {
                try MPIPoolExecutor.with { executor in
                    print(try executor.map(Square.init, 1...5).array(), CommandLine.arguments.dropFirst())
                }
            }
        }

        """

    private func cached() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(cache)/mpifutures").sorted()
    }

    @Test("A Swift file runs with top-level code and with @main, and is compiled once", arguments: [topLevel, program])
    func runs(source: String) async throws {
        let script = try directory.write(source, to: "my-script.swift")
        for start in Self.starts {
            expect(
                try await launch(start, [script, "a", "-b"], environment: environment),
                status: 0,
                stdout: "[1, 4, 9, 16, 25] [\"a\", \"-b\"]\n"
            )
        }
        #expect(try cached().count == 1)
        // Now there is no compiler.
        expect(
            try await launch(.alone, [script], environment: environment.merging(["SWIFTC": "/bin/false"]) { $1 }),
            status: 2,
            stderr: "mpifutures: cannot load '\(script)': it does not compile\n"
        )
    }

    @Test("A Swift file that is changed is compiled again")
    func changed() async throws {
        let script = try directory.write("print(1)\n", to: "script.swift")
        expect(try await launch(.alone, [script], environment: environment), status: 0, stdout: "1\n")
        try directory.write("print(2)\n", to: "script.swift")
        expect(try await launch(.alone, [script], environment: environment), status: 0, stdout: "2\n")
        #expect(try cached().count == 2)
    }

    @Test(
        "A Swift file that does not compile shows what the compiler says, one line more, and status 2",
        arguments: starts
    )
    func errors(start: Start) async throws {
        let script = try directory.write("import MPIFutures\nlet x: Int = \"text\"\n", to: "wrong.swift")
        let result = try await launch(start, [script], environment: environment)
        #expect(result.status == .exited(2), "\(result)")
        #expect(result.stdout.text == "")
        #expect(result.stderr.text.hasPrefix("\(script):2:14: error: cannot convert value"), "\(result)")
        let own = result.stderr.lines.filter { $0.hasPrefix("mpifutures: ") }
        #expect(own == ["mpifutures: cannot load '\(script)': it does not compile"])
        #expect(try cached() == [])
    }

    @Test("A Swift file that is missing, or has no compiler, gives one line", arguments: starts)
    func missing(start: Start) async throws {
        expect(
            try await launch(start, ["/nowhere/x.swift"], environment: environment),
            status: 2,
            stderr: "mpifutures: cannot load '/nowhere/x.swift': no such file\n"
        )
        let script = try directory.write("print(1)\n", to: "script.swift")
        expect(
            try await launch(start, [script], environment: ["XDG_CACHE_HOME": cache, "SWIFTC": "nosuchcompiler"]),
            status: 2,
            stderr: "mpifutures: cannot load '\(script)': a Swift file needs a compiler, and there is no "
                + "'nosuchcompiler' in PATH; SWIFTC may name one\n"
        )
    }

    @Test("A Swift file does not take a directory for its compiler")
    func directoryForCompiler() async throws {
        let script = try directory.write("print(1)\n", to: "script.swift")
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/compiler",
            withIntermediateDirectories: true
        )
        let path = "\(directory.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        let result = try await launch(
            .alone,
            [script],
            environment: ["XDG_CACHE_HOME": cache, "SWIFTC": "compiler", "PATH": path]
        )
        #expect(result.stderr.text.contains("there is no 'compiler' in PATH"), "\(result)")
    }

    @Test("A Swift file works without a cache too, and leaves nothing", arguments: starts)
    func withoutCache(start: Start) async throws {
        let script = try directory.write(Self.topLevel, to: "script.swift")
        expect(
            try await launch(start, [script], environment: ["XDG_CACHE_HOME": "/dev/null", "HOME": nil]),
            status: 0,
            stdout: "[1, 4, 9, 16, 25] []\n"
        )
    }

    @Test("A Swift file may be started several times at once while it is not compiled yet")
    func concurrent() async throws {
        let script = try directory.write(Self.topLevel, to: "script.swift")
        try await withThrowingTaskGroup(of: ProcessResult.self) { group in
            for _ in 0..<4 {
                group.addTask { try await launch(.alone, [script], environment: environment) }
            }
            for try await result in group { expect(result, status: 0, stdout: "[1, 4, 9, 16, 25] []\n") }
        }
        #expect(try cached().count == 1)
    }

    @Test("A Swift file is made again if what the cache has is damaged")
    func damagedCache() async throws {
        let script = try directory.write("print(1)\n", to: "script.swift")
        expect(try await launch(.alone, [script], environment: environment), status: 0, stdout: "1\n")
        let file = try "\(cache)/mpifutures/\(#require(cached().first))"
        #expect(truncate(file, 100) == 0)
        expect(try await launch(.alone, [script], environment: environment), status: 0, stdout: "1\n")
    }

    @Test("A Swift file is not taken from a cache that others may write to")
    func unsafeCache() async throws {
        try FileManager.default.createDirectory(atPath: "\(cache)/mpifutures", withIntermediateDirectories: true)
        #expect(chmod("\(cache)/mpifutures", 0o777) == 0)
        let script = try directory.write("print(1)\n", to: "script.swift")
        expect(try await launch(.alone, [script], environment: environment), status: 0, stdout: "1\n")
        #expect(try cached() == [])
    }

    @Test("A Swift file reaches ranks on hosts that do not share the cache, through MPI")
    func otherHosts() async throws {
        guard try await Hosts.canBePretended else { return }
        let script = try directory.write(Self.topLevel, to: "script.swift")
        // On the second host there is another file system in the place of the cache: the file that rank 0 has made does not exist.
        try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
        let launcher = try BuildProducts.path(of: "mpifutures")
        let elsewhere = #"mount -t tmpfs none "$0" && hostname two && exec "$@""#
        let result = try await launch(
            .ranks(1),
            [script, ":", "-n", "1", "unshare", "-um", "sh", "-c", elsewhere, cache, launcher, script]
                + [":", "-n", "1", launcher, script],
            environment: environment
        )
        expect(result, status: 0, stdout: "[1, 4, 9, 16, 25] []\n")
    }

    @Test(
        "A Swift file in the middle of being compiled ends at once when a signal comes",
        arguments: [SIGINT, SIGTERM]
    )
    func signals(signal: Int32) async throws {
        // A compiler that takes its time.
        let compiler = try directory.write(
            "#!/bin/sh\necho begun >\"$(dirname \"$0\")/begun\"\nexec sleep 30\n",
            to: "slow"
        )
        #expect(chmod(compiler, 0o700) == 0)
        let script = try directory.write("print(1)\n", to: "script.swift")
        let result = try await launch(
            .alone,
            [script],
            environment: ["XDG_CACHE_HOME": cache, "SWIFTC": compiler]
        ) { process in
            while access("\(directory.path)/begun", F_OK) != 0 { try await Task.sleep(for: .milliseconds(5)) }
            process.send(signal: signal)
        }
        #expect(result.status == .exited(128 + Int(signal)), "\(result)")
        #expect(result.stderr.text == "")
        let deadline = Deadline.after(hangTime)
        while try !cached().isEmpty, !deadline.isPast { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try cached() == [])
    }

    /// Whether whoever runs the tests may mount file systems that others do not see.
    private static let mayMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "unshare -m mount -t tmpfs none /mnt 2>/dev/null"]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Test(
        "A full disk of the cache is reported with the remedy, whatever write it stops",
        .enabled(if: mayMount, "unshare -m and mount are not allowed here"),
        arguments: ["size=4k", "size=64k", "size=256k", "nr_inodes=3", "nr_inodes=6", "nr_inodes=8"]
    )
    func fullDisk(option: String) async throws {
        let script = try directory.write(Self.topLevel, to: "script.swift")
        try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
        let result = try await launch(
            .alone,
            [
                "-m", "sh", "-c", #"mount -t tmpfs -o "$1" none "$0" && shift && exec "$@""#, cache, option,
                try BuildProducts.path(of: "mpifutures"), script,
            ],
            program: "unshare",
            environment: environment
        )
        #expect(result.status == .exited(2), "\(result)")
        let own = result.stderr.lines.filter { $0.hasPrefix("mpifutures: ") }
        #expect(own.count == 1, "\(result)")
        let isNamed = own[0].contains("no space left") || own[0].contains("No space left")
        #expect(isNamed && own[0].contains("'\(cache)/mpifutures'") && own[0].contains("XDG_CACHE_HOME"), "\(result)")
    }

    /// Whom the tests kill while a script is compiled.
    enum Victim: CaseIterable { case launcher, compiler, compilersChild }

    @Test(
        "A Swift file leaves no file in the cache and no process when one is killed that compiles it",
        arguments: Victim.allCases
    )
    func killed(victim: Victim) async throws {
        // A compiler of two processes that makes files without end.
        let compiler = try directory.write(
            """
            #!/bin/sh
            place=$(dirname "$0")
            make() { while :; do number=$((number + 1)); mkdir -p "$TMPDIR/$1/$number"; sleep 0.01; done; }
            (trap "" TERM; make child) &
            echo $! >"$place/child.new"
            echo $$ >"$place/compiler"
            mv "$place/child.new" "$place/child"
            if [ "$KILLED" = compilersChild ]; then wait $!; exit 1; fi
            make driver

            """,
            to: "slow"
        )
        #expect(chmod(compiler, 0o700) == 0)
        let script = try directory.write("print(1)\n", to: "script.swift")
        let result = try await launch(
            .alone,
            [script],
            environment: ["XDG_CACHE_HOME": cache, "SWIFTC": compiler, "KILLED": "\(victim)"]
        ) { process in
            while access("\(directory.path)/child", F_OK) != 0 { try await Task.sleep(for: .milliseconds(5)) }
            func id(_ name: String) throws -> Int32 {
                let text = try String(contentsOfFile: "\(directory.path)/\(name)", encoding: .utf8)
                return try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            }
            switch victim {
            case .launcher: process.send(signal: SIGKILL)
            case .compiler: kill(try id("compiler"), SIGKILL)
            case .compilersChild: kill(try id("child"), SIGKILL)
            }
        }
        #expect(result.status == (victim == .launcher ? .signaled(9) : .exited(2)), "\(result)")
        let deadline = Deadline.after(hangTime)
        while try !cached().isEmpty, !deadline.isPast { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try cached() == [])
    }
}
