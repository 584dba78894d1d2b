import Foundation
import Support
import Testing

/// Calls on standard input under mpiexec, which ends a job that does not keep up.
@Suite("Standard input under mpiexec")
struct StandardInputTests {
    private static func calls(_ library: String, _ numbers: Range<Int>) -> String {
        numbers.map { "\(library):Twice(x: \($0))\n" }.joined()
    }

    @Test("Standard input under mpiexec may have 60,000 bytes at once")
    func atOnce() async throws {
        let library = try await Plugins.calls
        let count = 60_000 / Self.calls(library, 1000..<1001).utf8.count
        let input = Self.calls(library, 1000..<1000 + count)
        let result = try await launch(.ranks(3), ["-"], input: Array(input.utf8))
        expect(result, status: 0, stdout: (1000..<1000 + count).map { "\(2 * $0)\n" }.joined())
    }

    @Test("Standard input is not needed for another program's output, which bash can pass as a file")
    func substitution() async throws {
        let library = try await Plugins.calls
        let launcher = try BuildProducts.path(of: "mpifutures")
        let script = #"mpiexec -n 3 "$1" -f <(seq -f "$2:Twice(x: %.0f)" 20000)"#
        let result = try await runProcess("bash", ["-c", script, "bash", launcher, library])
        expect(result, status: 0, stdout: (1...20_000).map { "\(2 * $0)\n" }.joined())
    }

    @Test("Standard input under mpiexec may have more than a pipe holds waiting, once the job has begun")
    func backlog() async throws {
        let library = try await Plugins.calls
        let launcher = try BuildProducts.path(of: "mpifutures")
        let directory = try TemporaryDirectory()
        let fifo = "\(directory.path)/calls"
        #expect(mkfifo(fifo, 0o600) == 0)
        // Open for both, so that nobody waits for the other.
        let descriptor = open(fifo, O_RDWR)
        defer { if descriptor >= 0 { close(descriptor) } }
        let write = { (text: String) in #expect(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count) }
        // mpiexec takes 16 KiB at most from its standard input, and gives it to a pipe that holds 64 KiB.
        let count = 300_000 / Self.calls(library, 1000..<1001).utf8.count
        let command = "exec mpiexec -n 2 \(launcher) - <\(fifo)"
        let result = try await runProcess("sh", ["-c", command]) { process in
            write("\(library):Twice(x: 1)\n")
            try await process.waitForOutput(containing: "2\n")
            // While one takes its time, the few calls that may be under way are read, and no more.
            write("\(library):Wait(milliseconds: 2000)\n")
            for first in stride(from: 0, to: count, by: 100) {
                write(Self.calls(library, first..<min(count, first + 100)))
                try await Task.sleep(for: .milliseconds(5))
            }
            write("\(library):Wait(milliseconds: 1)\n")
            try await process.waitForOutput(containing: "\n1\n")
            process.send(signal: SIGTERM)
        }
        #expect(result.stderr.text == "")
        #expect(result.stdout.lines == ["2", "2000"] + (0..<count).map { "\(2 * $0)" } + ["1"])
    }
}
