import Foundation
import Support
import Testing

@Suite("A module")
struct ModuleTests {
    static let starts: [Start] = [.alone, .ranks(3)]

    @Test("A module is found where --path, the current directory or MPIFUTURES_PATH has it", arguments: starts)
    func found(start: Start) async throws {
        let library = try await Plugins.status
        let directory = URL(fileURLWithPath: library).deletingLastPathComponent().path
        let output = "\(library)\n--version\n0\n"
        expect(
            try await launch(start, ["--path", "/nowhere", "--path", directory, "-m", "status", "--version", "0"]),
            status: 0,
            stdout: output
        )
        expect(
            try await launch(
                start,
                ["-m", "status", "--version", "0"],
                environment: ["MPIFUTURES_PATH": "/nowhere:\(directory)"]
            ),
            status: 0,
            stdout: output
        )
        expect(
            try await launch(start, ["-m", "status", "-m", "0"], workingDirectory: directory),
            status: 0,
            stdout: "./libstatus.so\n-m\n0\n"
        )
    }

    @Test("A module that is nowhere gives one line with every place that was searched", arguments: starts)
    func missing(start: Start) async throws {
        let result = try await launch(
            start,
            ["--path", "/here", "-m", "nothing"],
            environment: ["MPIFUTURES_PATH": "/there:/elsewhere"]
        )
        expect(
            result,
            status: 2,
            stderr: "mpifutures: no module 'nothing': there is no libnothing.so in /here (--path), "
                + "the current directory, /there (MPIFUTURES_PATH), /elsewhere (MPIFUTURES_PATH)\n"
        )
    }

    @Test("A module needs a name", arguments: starts)
    func nameless(start: Start) async throws {
        for arguments in [["-m"], ["-m", ""], ["-m", "a/b"]] {
            let result = try await launch(start, arguments)
            #expect(result.status == .exited(2), "\(result)")
            #expect(result.stderr.lines.count == 1, "\(result)")
        }
    }
}
