import Glibc
import Support
import Testing

/// Hosts that are network namespaces of this machine.
private struct Network {
    private static let scripts = "\(PackageFiles.root)/Tests/Fixtures/hosts"
    // No other run of the tests has it.
    let name = "mpifutures-\(getpid())"

    /// Runs a program on the host that is not one of the workers'.
    var command: [String] { ["ip", "netns", "exec", "\(name)-0"] }

    func change(_ direction: String) async throws -> ProcessResult {
        try await runProcess("\(Self.scripts)/network", [direction, name])
    }

    var environment: [String: String?] {
        [
            "TEST_NETWORK": name, "UCX_TLS": "tcp,self",
            "MPIFUTURES_MPIEXEC":
                "mpiexec -launcher ssh -launcher-exec \(Self.scripts)/remote-shell -localhost 10.77.0.254",
        ]
    }

    /// Runs `body` on the hosts, if they can be made.
    func run(_ body: () async throws -> Void) async throws {
        let made = try await change("up")
        guard made.status == .exited(0) else {
            _ = try await change("down")
            print("no network namespaces here, so nothing is tested: \(made.stderr.text)")
            return
        }
        do { try await body() } catch {
            _ = try await change("down")
            throw error
        }
        _ = try await change("down")
    }
}

@Suite("Workers on other hosts", .serialized)
struct HostTests {
    @Test("Workers on other hosts are where the options say, with the relay beside the program")
    func hosts() async throws {
        let network = Network()
        try await network.run {
            let list = "10.77.0.1:2,10.77.0.2"
            let result = try await start(["hosts", list, "3"], by: network.command, environment: network.environment)
            expect(result, stdout: "host1 host1 host2\n")
        }
    }

    @Test("Workers on other hosts that are lost end every future")
    func lost() async throws {
        let network = Network()
        try await network.run {
            let list = "10.77.0.1,10.77.0.2"
            let result = try await start(
                ["squares-on", list, "60000"],
                by: network.command,
                environment: network.environment
            ) { program in
                try await program.waitForOutput(containing: "begun")
                guard let worker = program.descendants.first(where: { $0.rank == 2 }) else { return }
                kill(worker.id, SIGKILL)
            }
            #expect(result.stdout.lines.last?.hasPrefix("broken: ") == true, "\(result)")
        }
    }
}
