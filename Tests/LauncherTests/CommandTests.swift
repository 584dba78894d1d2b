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

    @Test("A command does not outlive the job", arguments: [Start.alone, .ranks(3)])
    func noOrphans(start: Start) async throws {
        // `launch` expects that nothing is left over.
        let result = try await launch(start, ["-c", #"sh("echo begun >&2"); exec(["sleep", "600"])"#]) { process in
            try await process.waitForOutput(containing: "begun")
            process.send(signal: SIGTERM)
        }
        #expect(result.status == .exited(143), "\(result)")
    }
}
