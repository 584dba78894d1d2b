import Foundation
import Support
import Testing

/// One estimate from random numbers, by any number of workers.
@Suite("A Monte Carlo run")
struct MonteCarloTests {
    struct Way: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let start: Start
        var options: [String] = []
        /// The faults that workers of this kind survive.
        var faults: [String]
    }

    private static let ways = [
        Way(testDescription: "-n 2", start: .ranks(2), options: ["--isolate", "on"], faults: ["fail", "kill"]),
        Way(testDescription: "-n 9", start: .ranks(9), options: ["--isolate", "on"], faults: ["fail", "kill"]),
        Way(testDescription: "-n 9, ranks serve", start: .ranks(9), options: ["--isolate", "off"], faults: ["fail"]),
        Way(testDescription: "threads", start: .alone, options: ["--isolate", "off"], faults: ["fail"]),
        Way(testDescription: "own processes", start: .alone, options: ["--isolate", "on"], faults: ["fail", "kill"]),
    ]

    /// The estimate of one worker, without faults.
    private static let serial = Task {
        try await launch(.ranks(2), [try await Plugins.monteCarlo, "1"]).stdout.text
    }

    @Test("A Monte Carlo run has the same digits with any workers, chunk sizes, and calls that fail", arguments: ways)
    func digits(way: Way) async throws {
        let serial = try await Self.serial.value
        let estimate = try #require(serial.split(separator: " ").first.flatMap { Double($0) })
        #expect(abs(estimate - .pi) < 0.01 && serial.hasSuffix(" after 300 calls\n"), "\(serial)")
        let plugin = try await Plugins.monteCarlo
        func run(_ arguments: [String], options: [String] = []) async throws -> ProcessResult {
            try await launch(
                way.start,
                way.options + options + [plugin] + arguments,
                environment: ["MPIFUTURES_MAX_WORKERS": "4"]
            )
        }
        for chunk in ["0", "7", "100"] {
            let result = try await run([chunk])
            #expect(result.stdout.text == serial, "chunk size \(chunk): \(result)")
        }
        for fault in way.faults {
            let directory = try TemporaryDirectory()
            let result = try await run(["7", fault, directory.path], options: ["--retries", "2"])
            #expect(result.stdout.text == serial, "\(fault): \(result)")
            // Every seventh call has had its fault.
            let calls = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(calls.count == 43, "\(fault)")
        }
        let directory = try TemporaryDirectory()
        let unrepeated = try await run(["7", "fail", directory.path])
        #expect(unrepeated.status == .exited(1) && unrepeated.stdout.text.isEmpty, "\(unrepeated)")
    }
}
