import Foundation
import Support
import Testing

@Suite("--list prints the callables")
struct ListingTests {
    private static let calls = """
        calls.Bytes(count: Int) -> [UInt8]
        calls.Echo(color: Colour, numbers: [Double], nested: Nested?, text: String, flag: Bool) -> Copy
        calls.Nothing() -> NoResult
        calls.Picky(x: Int) -> Int
        calls.Twice(x: Int) -> Int
        calls.Wait(milliseconds: Int) -> Int

        """

    private func list(_ start: Start, _ plugin: String, in directory: String) async throws -> ProcessResult {
        try await launch(start, ["--path", directory, "--list", plugin], workingDirectory: directory)
    }

    @Test("--list prints the callables of a module and of a library, with labels and types; one rank speaks")
    func libraries() async throws {
        let library = URL(fileURLWithPath: try await Plugins.calls)
        let directory = library.deletingLastPathComponent().path
        expect(try await list(.alone, "calls", in: directory), status: 0, stdout: Self.calls)
        expect(try await list(.ranks(3), library.path, in: directory), status: 0, stdout: Self.calls)
        expect(try await list(.alone, "libcalls.so", in: directory), status: 0, stdout: Self.calls)
    }

    @Test("--list prints the callables of a directory, an archive and a Swift file")
    func forms() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        try FileManager.default.createDirectory(atPath: "\(path)/app", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: try await Plugins.calls, toPath: "\(path)/app/__main__.so")
        let packing = try await runProcess("tar", ["-czf", "\(path)/app.tgz", "-C", "\(path)/app", "__main__.so"])
        #expect(packing.status == .exited(0))
        for name in ["app", "./app", "app.tgz"] {
            expect(try await list(.alone, name, in: path), status: 0, stdout: Self.calls)
        }
        // Nobody runs its top-level code.
        try directory.write("\(ScriptTests.topLevel)\nfatalError()\n", to: "script.swift")
        let listing = try await launch(
            .alone,
            ["--list", "\(path)/script.swift"],
            environment: ["XDG_CACHE_HOME": "\(path)/cache"]
        )
        expect(listing, status: 0, stdout: "script.Square(x: Int) -> Int\n")
    }

    @Test("--list prints the callables of a library in C: the names of what it exports, as they are called")
    func tasksInC() async throws {
        let library = URL(fileURLWithPath: try await Plugins.cTasks)
        let directory = library.deletingLastPathComponent().path
        let byModule = "ctasks.square_root(…)\nctasks.square_root_of(…)\n"
        expect(try await list(.alone, "ctasks", in: directory), status: 0, stdout: byModule)
        let byPath = "./libctasks.so:square_root(…)\n./libctasks.so:square_root_of(…)\n"
        expect(try await list(.alone, "./libctasks.so", in: directory), status: 0, stdout: byPath)
        // A library that does not use mpifutures.h has no tasks, whatever it exports.
        let stuck = try await Plugins.stuck
        expect(
            try await list(.alone, stuck, in: directory),
            status: 0,
            stderr: "mpifutures: '\(stuck)' has no callables: neither a Swift type that conforms to RemoteCallable, "
                + "nor an exported function of C that uses mpifutures.h\n"
        )
    }

    @Test("--list prints the callables or says in one line why there are none")
    func mistakes() async throws {
        let directory = try TemporaryDirectory()
        expect(
            try await list(.ranks(3), "./nowhere.so", in: directory.path),
            status: 2,
            stderr: "mpifutures: cannot load './nowhere.so': no such file\n"
        )
        let module = try await list(.alone, "nowhere", in: directory.path)
        #expect(module.status == .exited(2))
        #expect(module.stderr.text.hasPrefix("mpifutures: no module 'nowhere': there is no libnowhere.so in "))
    }
}
