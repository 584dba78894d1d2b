import Glibc
import Support
import Testing

@Suite("When workers are lost", .serialized)
struct LossTests {
    @Test("Every future ends when workers are lost, and the error says who was killed", arguments: Victim.allCases)
    func killed(victim: Victim) async throws {
        let result = try await untilKilled {
            var killed: Int32?
            let result = try await start(["squares", "60000"], allowed: .seconds(180)) { program in
                try await program.waitForOutput(containing: "begun")
                // The table of processes is read piece by piece while it changes: one may be missing.
                for _ in 0..<100 where killed == nil {
                    killed = victim.kill(in: program)
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            return (result, killed != nil)
        }
        #expect(result.status == .exited(0), "\(result)")
        let last = result.stdout.lines.last ?? ""
        #expect(last.hasPrefix("broken: "), "\(result)")
        switch victim {
        case .worker, .relay:
            // On a busy machine others may have been killed before the first death is seen.
            let name = victim == .worker ? "worker rank 1 of 3" : "the relay of the workers"
            #expect((last.contains(name) || last.contains("mpiexec reports")) && last.contains("signal 9"), "\(last)")
        case .mpiexec: #expect(last.contains("mpiexec was killed by signal 9"))
        }
        // mpiexec's report stays out of what the program writes.
        #expect(!result.stdout.text.contains("==="))
    }

    @Test("A job whose relay lives but has lost its connection is ended at once")
    func cutOff() async throws {
        let directory = try TemporaryDirectory()
        let fake = "\(directory.path)/mpiexec"
        let compiled = try await runProcess("cc", ["-o", fake, "\(PackageFiles.root)/Tests/Fixtures/c/cutoff.c"])
        #expect(compiled.status == .exited(0), "\(compiled)")
        let result = try await start(["start", ""], environment: ["MPIFUTURES_MPIEXEC": fake])
        expectBroken(result, ["the connection to the workers was lost"])
        #expect(result.stderr.text == "", "\(result)")
    }

    @Test("A call that crashes is named in the error of lost workers")
    func crash() async throws {
        let result = try await start(["crash"])
        #expect(result.stdout.text.contains("broken: rank "), "\(result)")
        #expect(result.stdout.text.contains("while running WorkersProgram.Crash"), "\(result)")
    }

    @Test("A call that ends its process is named in the error of lost workers")
    func leave() async throws {
        let result = try await start(["leave"])
        #expect(result.stdout.text.contains("called exit(3) while running WorkersProgram.Leave"), "\(result)")
    }

    @Test("No worker is left after the death of the program", arguments: [SIGKILL, SIGTERM, SIGINT])
    func masterKilled(signal: Int32) async throws {
        let result = try await start(["squares", "60000"]) { program in
            try await program.waitForOutput(containing: "begun")
            program.send(signal: signal)
        }
        #expect(result.status == .signaled(Int(signal)), "\(result)")
    }

    @Test("No worker is left after the program's death before they serve")
    func masterKilledEarly() async throws {
        let result = try await start(["squares", "60000"]) { program in
            while program.descendants.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            program.send(signal: SIGKILL)
        }
        #expect(result.status == .signaled(9), "\(result)")
    }
}
