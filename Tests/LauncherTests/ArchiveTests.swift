import Foundation
import Support
import Testing

/// `launch` looks for what is left in the temporary directory after each of these runs.
@Suite("A plugin directory or archive")
struct ArchiveTests {
    static let starts: [Start] = [.alone, .ranks(1), .ranks(3)]

    @Test(
        "A plugin directory or archive runs with its name and its arguments, from the first byte that it has",
        arguments: starts
    )
    func runs(start: Start) async throws {
        let folder = try await PluginFolder()
        let plain = try await folder.tar("plugin.tar")
        let unnamed = "\(folder.directory.path)/unnamed"
        try FileManager.default.copyItem(atPath: plain, toPath: unnamed)
        for plugin in [folder.path, plain, unnamed, try await folder.tar(), try folder.zip()] {
            expect(
                try await launch(start, [plugin, "arguments", "-x"]),
                status: 0,
                stdout: "\(plugin)\narguments\n-x\n"
            )
        }
    }

    @Test(
        "A plugin directory or archive finds its own files, in the master, in every call, and in C's environment",
        arguments: starts
    )
    func files(start: Start) async throws {
        let folder = try await PluginFolder()
        for plugin in [folder.path, try await folder.tar(), try folder.zip()] {
            expect(
                try await launch(start, [plugin, "own files"]),
                status: 0,
                stdout: "its own file\nits own file\nits own file\n"
            )
        }
    }

    @Test("A plugin directory is used in place, and a plugin archive is unpacked once on each host")
    func places() async throws {
        let folder = try await PluginFolder()
        let inPlace = try await launch(.ranks(3), [folder.path, "directories"])
        #expect(inPlace.stdout.text == "\(folder.path)\n", "\(inPlace)")
        let unpacked = try await launch(.ranks(3), [try await folder.tar(), "directories"])
        #expect(unpacked.stdout.lines.count == 1, "\(unpacked)")
        #expect(unpacked.stdout.text.contains("/mpifutures-"))
    }

    @Test(
        "A plugin directory or archive leaves nothing after an error, exit, a crash",
        arguments: [Start.alone, .ranks(3)]
    )
    func endings(start: Start) async throws {
        let folder = try await PluginFolder()
        let archive = try await folder.tar()
        let traces = try TemporaryDirectory()
        for words in [
            ["exit", "3"], ["throw", traces.path], ["crash", "trap"], ["crash", "abort"], ["crash", "exit"],
        ] {
            let result = try await launch(start, [archive] + words)
            #expect(result.status != .exited(0), "\(words): \(result)")
            #expect(result.stderr.lines.count == (words[0] == "exit" ? 0 : 1), "\(words): \(result)")
        }
    }

    @Test(
        "A plugin directory or archive leaves nothing after signals, those too that cannot be caught",
        arguments: [Start.alone, .ranks(3)]
    )
    func signals(start: Start) async throws {
        let folder = try await PluginFolder()
        let archive = try await folder.tar()
        for signal in [SIGINT, SIGTERM, SIGKILL] {
            let result = try await launch(start, [archive, "busy"]) { process in
                try await process.waitForOutput(containing: "process ")
                let line = try process.output.stdout.text
                let master = try #require(line.split(separator: " ").last.flatMap { Int32($0.dropLast()) })
                #expect(kill(master, signal) == 0)
            }
            #expect(result.status != .exited(0), "\(result)")
        }
    }

    @Test(
        "A plugin directory or archive leaves nothing after signals to mpiexec",
        arguments: [SIGINT, SIGHUP, SIGKILL]
    )
    func signalsToMPIExec(signal: Int32) async throws {
        let folder = try await PluginFolder()
        let archive = try await folder.tar()
        let result = try await launch(.ranks(3), [archive, "busy"]) { process in
            try await process.waitForOutput(containing: "process ")
            process.send(signal: signal)
        }
        #expect(result.status != .exited(0), "\(result)")
    }

    @Test(
        "A plugin directory or archive that cannot be used is refused in one line, with status 2",
        arguments: [Start.alone, .ranks(3)]
    )
    func refusals(start: Start) async throws {
        let folder = try await PluginFolder()
        let good = Array(try Data(contentsOf: URL(fileURLWithPath: try await folder.tar())))
        var outside = TarArchive()
        outside.add("../evil", content: [1])
        var empty = TarArchive()
        empty.add("file", content: [1])
        var bomb = TarArchive()
        bomb.add("bomb", statedSize: 5 << 30)
        let cases: [(name: String, bytes: [UInt8], reason: String)] = [
            ("cut.tar.gz", Array(good.prefix(good.count / 2)), "it is damaged"),
            ("text.zip", Array("this is no archive".utf8), "it is damaged, or no archive"),
            ("empty.tar", [], "it is damaged, or no archive"),
            ("outside.tar", outside.bytes, "its entry '../evil' would lie outside of it"),
            ("without.tar", empty.bytes, "it is an archive without a library __main__.so at its top"),
            ("bomb.tar", bomb.bytes, "unpacked it has more than 4096 MiB"),
        ]
        for (name, bytes, reason) in cases {
            let path = try folder.file(name, bytes)
            let result = try await launch(start, [path])
            #expect(result.status == .exited(2), "\(name): \(result)")
            #expect(result.stdout.text == "")
            #expect(result.stderr.lines.count == 1, "\(name): \(result)")
            #expect(result.stderr.text.hasPrefix("mpifutures: cannot load '\(path)': \(reason)"), "\(result)")
        }
    }

    @Test("A plugin directory or archive is unpacked once on each host, here made of names that the ranks see")
    func hosts() async throws {
        guard try await Hosts.canBePretended else { return }
        let folder = try await PluginFolder()
        let archive = try await folder.tar()
        let result = try await Hosts.launch(["one", "two", "two", "three"], [archive, "directories"])
        #expect(result.status == .exited(0), "\(result)")
        // The three workers are on two hosts.
        #expect(result.stdout.lines.count == 2, "\(result)")
    }
}
