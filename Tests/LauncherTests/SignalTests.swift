import Foundation
import Support
import Testing

@Suite("A signal")
struct SignalTests {
    static let signals: [(number: Int32, status: Int)] = [(SIGINT, 130), (SIGTERM, 143)]

    @Test("A signal to the only process ends it", arguments: signals, ["idle", "busy"])
    func alone(signal: (number: Int32, status: Int), scene: String) async throws {
        let result = try await launch(.alone, [try await Plugins.endings, scene]) { process in
            try await process.waitForOutput(containing: "process ")
            process.send(signal: signal.number)
        }
        #expect(result.status == .exited(signal.status), "\(result)")
        #expect(result.stderr.text == "")
    }

    @Test("A signal to rank 0 ends the job", arguments: signals, ["idle", "busy"])
    func toMaster(signal: (number: Int32, status: Int), scene: String) async throws {
        for n in [1, 3] {
            let result = try await launch(.ranks(n), [try await Plugins.endings, scene]) { process in
                try await process.waitForOutput(containing: "process ")
                let line = try process.output.stdout.text
                let master = try #require(line.split(separator: " ").last.flatMap { Int32($0.dropLast()) })
                #expect(kill(master, signal.number) == 0)
            }
            #expect(result.status == .exited(signal.status), "\(n) ranks: \(result)")
            #expect(result.stderr.text == "")
        }
    }

    @Test(
        "A signal to a run of calls ends it, without a word on each of them",
        arguments: signals,
        [Start.alone, .ranks(3)]
    )
    func calls(signal: (number: Int32, status: Int), start: Start) async throws {
        let spec = #"sh("echo $1; sleep 0.1", 0..<1000)"#
        let result = try await launch(start, ["--unordered", "-c", spec]) { process in
            try await process.waitForOutput(containing: "0\n")
            process.send(signal: signal.number)
        }
        #expect(result.status == .exited(signal.status), "\(result)")
        #expect(result.stdout.lines.count < 1000)
        #expect(result.stderr.text == "")
    }

    @Test("A signal to mpiexec ends the job", arguments: signals, ["idle", "busy"])
    func toMPIExec(signal: (number: Int32, status: Int), scene: String) async throws {
        for n in [1, 3] {
            let result = try await launch(.ranks(n), [try await Plugins.endings, scene]) { process in
                try await process.waitForOutput(containing: "process ")
                process.send(signal: signal.number)
            }
            #expect(result.status == .exited(signal.status), "\(n) ranks: \(result)")
            #expect(!result.stderr.text.contains("mpifutures"), "\(result)")
        }
    }

    @Test("A signal to a worker without a master ends it in time, and is not taken for a crash")
    func toEverybody() async throws {
        // As a terminal does: mpiexec, proxy and ranks all get it, the ranks twice.
        let result = try await launch(.ranks(3), [try await Plugins.endings, "busy"]) { process in
            try await process.waitForOutput(containing: "process ")
            _ = kill(-process.id, SIGINT)
        }
        #expect(result.status == .exited(130), "\(result)")
    }
}
