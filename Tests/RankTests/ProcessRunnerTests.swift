import Glibc
import Support
import Testing

/// The tests rely on their runner to end what hangs; so it is tested itself.
@Suite("The process runner")
struct ProcessRunnerTests {
    @Test("The process runner collects both streams whole, and the status")
    func streams() async throws {
        var generator = SeededGenerator()
        let input = (0..<300_000).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
        let script = "cat; cat /dev/zero | head -c 200000 >&2; exit 5"
        let result = try await runProcess("sh", ["-c", script], input: input)
        #expect(result.stdout.bytes == input, "seed \(generator.seed)")
        #expect(result.stderr.bytes == [UInt8](repeating: 0, count: 200_000))
        #expect(result.status == .exited(5))
        #expect(result.leftovers.isEmpty)
    }

    @Test("The process runner tells a death by signal from an exit")
    func signal() async throws {
        let result = try await runProcess("sh", ["-c", "echo ready; exec sleep 100"]) { process in
            try await process.waitForOutput(containing: "ready")
            process.send(signal: SIGTERM)
        }
        #expect(result.status == .signaled(Int(SIGTERM)))
        #expect(result.stdout.text == "ready\n")
    }

    @Test("The process runner changes and removes variables of the environment")
    func environment() async throws {
        let changes: [String: String?] = ["SOME_VARIABLE": "some value", "HOME": nil]
        let script = "echo ${SOME_VARIABLE-unset} ${HOME-unset}"
        let result = try await runProcess("sh", ["-c", script], environment: changes)
        #expect(result.stdout.text == "some value unset\n")
    }

    @Test("The process runner kills a whole job at its deadline, and shows what it had written")
    func deadline() async throws {
        let script = "echo rank; echo trouble >&2; setsid sleep 100 & exec sleep 100"
        let timeout = await #expect(throws: ProcessTimeout.self) {
            try await mpiexec(n: 3, "sh", ["-c", script], allowed: .seconds(2))
        }
        let result = try #require(timeout?.result)
        #expect(result.stdout.lines == ["rank", "rank", "rank"])
        #expect(result.stderr.lines == ["trouble", "trouble", "trouble"])
        #expect(result.leftovers.isEmpty)
        #expect(timeout?.description.contains("trouble") == true)
    }

    @Test("The process runner finds and ends a process that outlives its parents")
    func orphan() async throws {
        let result = try await runProcess("sh", ["-c", "setsid sleep 100 & echo $!"])
        #expect(result.leftovers.map(\.commandLine) == ["sleep 100"])
        let id = try #require(pid_t(result.stdout.lines.first ?? ""))
        try await waitUntil("process \(id) is gone") { kill(id, 0) != 0 || isZombie(id) }
    }

    @Test("The process runner kills the program when the test's own part fails")
    func failingBody() async throws {
        struct Failure: Error {}
        var started: pid_t?
        await #expect(throws: Failure.self) {
            try await runProcess("sleep", ["1000"]) { program in
                started = program.id
                throw Failure()
            }
        }
        let id = try #require(started)
        #expect(kill(id, 0) != 0)
    }

    @Test("The process runner reports a program that does not exist")
    func missing() async throws {
        await #expect(throws: (any Error).self) { try await runProcess("/no/such/program") }
    }

    @Test("The process runner finds files that nobody uses")
    func residue() throws {
        var directory = Array("/tmp/mpifutures-residue-XXXXXX".utf8CString)
        let made = mkdtemp(&directory) != nil
        try #require(made)
        let path = String(decoding: directory.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(path) }
        let residue = Residue(in: [path])
        #expect(residue.left() == [])
        let descriptor = open("\(path)/file", O_CREAT | O_RDWR, 0o600)
        defer { unlink("\(path)/file") }
        #expect(residue.left() == [], "it is open")
        close(descriptor)
        #expect(residue.left() == ["\(path)/file"])
    }

    private func isZombie(_ id: pid_t) -> Bool {
        guard let file = fopen("/proc/\(id)/stat", "r") else { return true }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, 512, file) != nil else { return true }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.contains(") Z ")
    }
}
