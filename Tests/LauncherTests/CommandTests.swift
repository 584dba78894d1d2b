import Glibc
import Support
import Testing

@Suite("sh and exec")
struct CommandTests {
    @Test("Outputs are whole, in order, and do not mix", arguments: [Start.alone, .ranks(3)])
    func outputs(start: Start) async throws {
        let spec = #"sh("for i in 1 2 3; do echo $1-$i; sleep 0.01; done; printf end", 0..<5)"#
        let expected = (0..<5).map { "\($0)-1\n\($0)-2\n\($0)-3\nend" }.joined()
        expect(try await launch(start, ["-c", spec]), status: 0, stdout: expected)
    }

    @Test("A large output arrives as it was written")
    func largeOutput() async throws {
        let spec = #"sh("head -c $1 /dev/zero; head -c $1 /dev/zero >&2", each([3000000, 1]))"#
        let result = try await launch(.ranks(2), ["-c", spec])
        #expect(result.status == .exited(0))
        #expect(result.stdout.bytes == [UInt8](repeating: 0, count: 3_000_001))
        #expect(result.stderr.bytes == [UInt8](repeating: 0, count: 3_000_001))
    }

    @Test("Words are passed as they are, whatever is in them")
    func words() async throws {
        let odd = ["a b", "", "$HOME", "'\"", "*", "ü\n", "-n"]
        let spec = #"exec(["printf", "[%s]", argv, 1, -2.5, true]); sh("printf '[%s]' \"$0\" \"$@\"", argv)"#
        let result = try await launch(.ranks(2), ["-c", spec] + odd)
        let shown = odd.map { "[\($0)]" }.joined()
        expect(result, status: 0, stdout: "\(shown)[1][-2.5][true][sh]\(shown)")
    }

    @Test("A command has nothing of the job's but three descriptors, and signals as at the start", arguments: Start.all)
    func surroundings(start: Start) async throws {
        let spec = #"""
            sh("ls /proc/self/fd | wc -l; wc -c; env | grep -c '^PMI_'; grep -E 'SigBlk|SigIgn' /proc/self/status | sort -u")
            """#
        let result = try await launch(start, ["-c", spec])
        // Three, and the one that `ls` reads the directory with.
        #expect(result.stdout.lines.prefix(3) == ["4", "0", "0"], "\(result)")
        // The C library has the 32nd signal for itself.
        for line in result.stdout.lines.dropFirst(3) {
            let mask = line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
            #expect(mask.map { $0 & 0x7FFF_FFFF } == 0, "\(result)")
        }
    }

    @Test(
        "What the user has ignored or blocked of signals is so for a command, except SIGCHLD",
        arguments: Start.all.map { ($0, []) } + [(Start.alone, ["--workers", "2"])]
    )
    func inheritedSignals(start: Start, options: [String]) async throws {
        // Not by the shell, which clears the mask.
        let spec = #"exec(["grep", "-E", "SigBlk|SigIgn", "/proc/self/status"]); sh("exit 3")"#
        let result = try await launch(
            start,
            ["--ignore-signal=HUP,PIPE,CHLD", "--block-signal=USR1", try BuildProducts.path(of: "mpifutures")]
                + options + ["-c", spec],
            program: "env"
        )
        #expect(result.status == .exited(1), "\(result)")
        // An mpiexec in between deals with SIGPIPE itself.
        let isPipeIgnored = options.isEmpty
        let ignored: UInt64 = 1 << (SIGHUP - 1) | (isPipeIgnored ? 1 << (SIGPIPE - 1) : 0)
        let lines = result.stdout.lines.map { $0.split(separator: "\t") }
        #expect(lines.map { $0[0] } == ["SigBlk:", "SigIgn:"])
        #expect(UInt64(lines[0][1], radix: 16) == 1 << (SIGUSR1 - 1), "\(result)")
        #expect(UInt64(lines[1][1], radix: 16).map { $0 & 0x7FFF_FFFF } == ignored, "\(result)")
        #expect(result.stderr.text == "mpifutures: call 1: sh exited with status 3\n")
    }

    @Test("A job goes on after a signal that the user has ignored")
    func ignoredInterrupt() async throws {
        let directory = try TemporaryDirectory()
        let result = try await launch(
            .alone,
            [
                "--ignore-signal=INT,HUP", try BuildProducts.path(of: "mpifutures"),
                "-c", #"sh("echo begun >begun; until test -e signalled; do sleep 0.01; done; echo end")"#,
            ],
            program: "env",
            workingDirectory: directory.path
        ) { process in
            // The commands begin when the launcher has done what it does with signals.
            let deadline = Deadline.after(hangTime)
            while access("\(directory.path)/begun", F_OK) != 0, !deadline.isPast {
                try await Task.sleep(for: .milliseconds(5))
            }
            process.send(signal: SIGINT)
            process.send(signal: SIGHUP)
            try directory.write("", to: "signalled")
        }
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines.last == "end")
    }

    @Test("A script that begins with a dash is a script", arguments: [Start.alone, .ranks(2)])
    func dashes(start: Start) async throws {
        let result = try await launch(start, ["-c", #"sh("-x 2>&-; echo $0 $1", "one"); sh("--; echo two"); sh("-")"#])
        #expect(result.stdout.text == "sh one\ntwo\n")
        #expect(result.stderr.text.contains("-: not found"), "\(result)")
        #expect(!result.stderr.text.lowercased().contains("option"), "\(result)")
    }

    @Test("A script may be longer than an argument can be", arguments: [131_071, 131_072, 3_000_000])
    func longScripts(length: Int) async throws {
        let beginning = #"echo $0 $1 $#; ls /proc/self/fd | wc -l; wc -c; "#
        let end = "; exit 5"
        let script = beginning + ": " + String(repeating: "x", count: length - beginning.count - 2 - end.count) + end
        let directory = try TemporaryDirectory()
        try directory.write(#"sh("\#(script)", "a b", 2)"# + "\n", to: "calls")
        let result = try await launch(.ranks(2), ["-f", "\(directory.path)/calls"])
        #expect(result.status == .exited(1))
        #expect(result.stdout.text == "sh a b 2\n4\n0\n")
        #expect(result.stderr.text == "mpifutures: \(directory.path)/calls:1: call 0: sh exited with status 5\n")
    }

    @Test("Arguments that the system does not take are an error that says how many it takes")
    func longArguments() async throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "x", count: 131_072)
        let many = (0..<40).map { _ in "\"\(String(repeating: "x", count: 100_000))\"" }.joined(separator: ",")
        try directory.write("sh(\"true\", \"\(long)\")\nexec([\"true\", \(many)])\n", to: "calls")
        let result = try await launch(.alone, ["-f", "\(directory.path)/calls"])
        #expect(result.status == .exited(1))
        #expect(result.stdout.text == "")
        let errors = result.stderr.lines.sorted()
        #expect(errors.count == 2, "\(result)")
        #expect(errors[0].contains("argument 5 has 131072 bytes, and the system takes 131071 at most"), "\(errors[0])")
        #expect(errors[1].contains("the arguments have 4000045 bytes"), "\(errors[1])")
    }

    @Test("A command that writes more than the limit is killed", arguments: [Start.alone, .ranks(2)])
    func outputLimit(start: Start) async throws {
        let exact = #"sh("head -c 1048576 /dev/zero | tr '\\0' x")"#
        let spec = #"sh("yes"); sh("yes >&2 | sleep 600"); \#(exact); sh("echo on")"#
        let result = try await launch(start, ["-c", spec], environment: ["MPIFUTURES_OUTPUT_LIMIT": "1M"])
        #expect(result.status == .exited(1))
        #expect(result.stdout.text == String(repeating: "x", count: 1 << 20) + "on\n")
        let errors = result.stderr.lines
        #expect(errors.count == 2, "\(result.stderr.text.prefix(1000))")
        for line in errors {
            #expect(line.contains("'sh' was killed: it wrote more than 1048576 bytes"), "\(line)")
            #expect(line.contains("MPIFUTURES_OUTPUT_LIMIT"))
        }
    }

    @Test("A limit that is no number of bytes is an error", arguments: ["1X", "-1", "M", "9999999999G"])
    func badLimit(limit: String) async throws {
        let result = try await launch(
            .alone,
            ["-c", #"sh("echo no")"#],
            environment: ["MPIFUTURES_OUTPUT_LIMIT": limit]
        )
        #expect(result.status == .exited(2))
        #expect(result.stdout.text == "")
        #expect(result.stderr.text.contains("MPIFUTURES_OUTPUT_LIMIT is '\(limit)'"), "\(result)")
    }

    @Test("A call ends with its command, whoever keeps the output open", arguments: Start.all)
    func background(start: Start) async throws {
        // `launch` expects that nothing is left over: with the job, what its commands have left behind ends too.
        let spec = #"sh("sleep 600 & echo started; exit 3"); exec(["setsid", "-f", "sleep", "600"])"#
        let result = try await launch(start, ["-c", spec])
        expect(result, status: 1, stdout: "started\n", stderr: "mpifutures: call 0: sh exited with status 3\n")
    }

    @Test("A command that closes its output is waited for")
    func closedOutput() async throws {
        let result = try await launch(.ranks(2), ["-c", #"sh("exec >&- 2>&-; sleep 0.1; exit 3")"#])
        expect(result, status: 1, stderr: "mpifutures: call 0: sh exited with status 3\n")
    }

    @Test("Its ending is reported, and what it wrote is written", arguments: [Start.alone, .ranks(3)])
    func endings(start: Start) async throws {
        let spec = #"sh("echo one; exit 7"); sh("kill -KILL $$"); exec(["/nowhere/program"]); exec(["true"])"#
        let result = try await launch(start, ["-c", spec])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "one\n")
        let lines = result.stderr.lines
        #expect(lines.count == 3)
        #expect(lines[0] == "mpifutures: call 0: sh exited with status 7")
        #expect(lines[1] == "mpifutures: call 1: sh was killed by signal 9 (SIGKILL)")
        #expect(lines[2].hasSuffix(": cannot run '/nowhere/program': No such file or directory"))
    }

    @Test("A memory limit is that of calls, and commands have none")
    func memoryLimit() async throws {
        let result = try await launch(
            .alone,
            ["--workers", "1", "--memory-limit", "200M", "-c", #"sh("ulimit -d"); sh("ulimit -d")"#],
            environment: ["MPIFUTURES_ISOLATE": nil]
        )
        expect(result, status: 0, stdout: "unlimited\nunlimited\n")
    }

    @Test("Commands have the limits that the user has set, also where calls have a memory limit")
    func limitOfUser() async throws {
        let result = try await launch(
            .alone,
            [
                "-c", #"ulimit -S -d 5000000; exec "$0" "$@""#, BuildProducts.path(of: "mpifutures"),
                "--workers", "1", "--memory-limit", "200M", "-c", #"sh("ulimit -d"); sh("ulimit -d")"#,
            ],
            program: "/bin/sh",
            environment: ["MPIFUTURES_ISOLATE": nil, "MPIFUTURES_MEMORY_GROUPS": "off"]
        )
        expect(result, status: 0, stdout: "5000000\n5000000\n")
    }

    @Test("The words of a command in one text are no program, and the error says what to write")
    func wordsInOneText() async throws {
        let result = try await launch(.ranks(2), ["-c", #"exec("echo 1")"#])
        expect(
            result,
            status: 1,
            stderr: "mpifutures: call 0: exec on rank 1: cannot run 'echo 1': No such file or directory; "
                + "exec takes a command word by word, and sh a script\n"
        )
    }
}
