import Foundation
import Support
import Testing

/// Ranks that do not have the same plugin: mpiexec starts them with arguments of their own.
@Suite("Ranks that do not have the same plugin")
struct DisagreementTests {
    private let host = ProcessInfo.processInfo.hostName

    @Test("A worker that lacks the plugin is named by rank 0, and the status is 1")
    func missingOnWorker() async throws {
        let result = try await launch(ranks: [Plugins.status, "/nowhere/lib.so", Plugins.status])
        let problem = "rank 1 on \(host): cannot load '/nowhere/lib.so': no such file"
        expect(result, status: 1, stderr: "mpifutures: \(problem)\n")
    }

    @Test("Of many workers that lack the plugin, the first is named and the others are counted")
    func missingOnManyWorkers() async throws {
        let missing = "/nowhere/lib.so"
        let result = try await launch(ranks: [Plugins.status, Plugins.status, missing, missing, missing])
        let problem = "rank 2 on \(host) (and 2 more): cannot load '/nowhere/lib.so': no such file"
        expect(result, status: 1, stderr: "mpifutures: \(problem)\n")
    }

    @Test("Rank 0 speaks for itself if only the workers have the plugin, and the status is 2")
    func missingOnMaster() async throws {
        let result = try await launch(ranks: ["/nowhere/lib.so", Plugins.status, Plugins.status])
        expect(result, status: 2, stderr: "mpifutures: cannot load '/nowhere/lib.so': no such file\n")
    }

    @Test("A plugin that exists only in the directory of some ranks is missing on the others")
    func differentDirectories() async throws {
        let directory = try URL(fileURLWithPath: await Plugins.status).deletingLastPathComponent().path
        let launcher = try BuildProducts.path(of: "mpifutures")
        let elsewhere = [":", "-n", "2", "-wdir", "/", launcher, "libstatus.so", "0"]
        let result = try await LauncherTests.launch(
            .ranks(1),
            ["libstatus.so", "0"] + elsewhere,
            options: ["-wdir", directory]
        )
        let problem = "rank 1 on \(host) (and 1 more): cannot load 'libstatus.so': no such file"
        expect(result, status: 1, stderr: "mpifutures: \(problem)\n")
    }

    @Test("Another build of the plugin on one rank is refused, with both builds named")
    func otherBuild() async throws {
        let result = try await launch(ranks: [Plugins.status, Plugins.status, Plugins.otherStatus])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stdout.text == "")
        let line =
            #/mpifutures: rank 2 on \S+: another build of the plugin \((.+)\) than that of rank 0 on \S+ \((.+)\); copy the same file to all hosts\n/#
        let match = result.stderr.text.wholeMatch(of: line)
        #expect(match != nil, "\(result)")
        #expect(match.map { $0.1 != $0.2 } ?? false)
    }

    @Test("A plugin that other hosts lack is sent to them, and nothing of it is left there")
    func sent() async throws {
        guard try await Hosts.canBePretended else { return }
        let directory = try TemporaryDirectory()
        let plugin = "\(directory.path)/libstatus.so"
        try await FileManager.default.copyItem(atPath: Plugins.status, toPath: plugin)
        let result = try await Hosts.launch(["here", "there", "there", "far"], [plugin, "5"], hiding: directory.path)
        expect(result, status: 5, stdout: "\(plugin)\n5\n")
    }

    @Test("A copy of the same build under another name is the same plugin")
    func copy() async throws {
        let original = try await Plugins.status
        let copy = try Plugins.path("libcopy.so")
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: original, toPath: copy)
        let result = try await launch(ranks: [original, copy])
        expect(result, status: 0, stdout: "\(original)\n0\n")
    }

    @Test("A rank's message of any length arrives whole enough to be understood")
    func longName() async throws {
        let name = "/" + String(repeating: "ü", count: 2000)
        let result = try await launch(ranks: [Plugins.status, name])
        #expect(result.status == .exited(1), "\(result)")
        #expect(result.stderr.lines.count == 1)
        #expect(result.stderr.text.hasPrefix("mpifutures: rank 1 on \(host): cannot load '/üüü"))
    }

    /// One rank for each plugin.
    private func launch(ranks plugins: [String]) async throws -> ProcessResult {
        let launcher = try BuildProducts.path(of: "mpifutures")
        let others = plugins.dropFirst().flatMap { [":", "-n", "1", launcher, $0, "0"] }
        return try await LauncherTests.launch(.ranks(1), [plugins[0], "0"] + others)
    }
}
