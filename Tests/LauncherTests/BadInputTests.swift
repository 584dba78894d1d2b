import Foundation
import Support
import Testing

/// A plugin that cannot be used: one line on standard error from one rank, status 2, and nothing of MPI's.
@Suite("A plugin that cannot be used")
struct BadInputTests {
    static let starts: [Start] = [.alone, .ranks(3)]

    @Test("A plugin that is missing is refused", arguments: starts)
    func missing(start: Start) async throws {
        try await expectRefusal(start, "/nowhere/lib.so", "no such file")
    }

    @Test("A plugin that is a directory is refused", arguments: starts)
    func directory(start: Start) async throws {
        try await expectRefusal(start, "/tmp", "it is a directory without a library __main__.so")
    }

    @Test("A plugin that is a text file is refused", arguments: starts)
    func text(start: Start) async throws {
        let reason =
            "it is a text file, not a shared library; "
            + "compile it with `swiftc -parse-as-library -emit-library`"
        try await expectRefusal(start, try file("text.so", Data("print(1)\n".utf8)), reason)
    }

    @Test("A plugin that is an empty file is refused", arguments: starts)
    func empty(start: Start) async throws {
        try await expectRefusal(start, try file("empty.so", Data()), "the file is empty, not a shared library")
    }

    @Test("A plugin that is a library that was cut off is refused", arguments: starts)
    func truncated(start: Start) async throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: try await Plugins.status))
        for count in [100, whole.count / 2, whole.count - 1] {
            let path = try file("cut.so", whole.prefix(count))
            let result = try await launch(start, [path])
            #expect(result.status == .exited(2), "\(count) bytes: \(result)")
            #expect(result.stdout.text == "")
            #expect(result.stderr.lines.count == 1)
            #expect(result.stderr.text.hasPrefix("mpifutures: cannot load '\(path)': "))
        }
    }

    @Test("A plugin that has no main function is refused", arguments: starts)
    func noMain(start: Start) async throws {
        let reason =
            "it has no `main`; mark the program's type with `@main` and compile it with "
            + "`swiftc -parse-as-library -emit-library`, or define `int main` in C"
        try await expectRefusal(start, try await Plugins.noMain, reason)
    }

    @Test("A plugin that needs a symbol that nobody has is refused", arguments: starts)
    func unresolved(start: Start) async throws {
        let reason = "it needs the symbol 'nowhere_to_be_found', which no library provides; link the library that does"
        try await expectRefusal(start, try await Plugins.unresolved, reason)
    }

    @Test("A plugin that is a symbolic link to nothing is refused", arguments: starts)
    func danglingLink(start: Start) async throws {
        let link = try path("dangling.so")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "gone.so")
        try await expectRefusal(start, link, "it is a symbolic link to 'gone.so', which does not exist")
    }

    @Test("A plugin that may not be read is refused", arguments: starts)
    func unreadable(start: Start) async throws {
        let path = try file("secret.so", Data("secret".utf8))
        #expect(chmod(path, 0) == 0)
        let reason = "permission denied; the file and its directories must be readable"
        guard geteuid() == 0 else { return try await expectRefusal(start, path, reason) }
        // Root reads everything, unless it gives up the capabilities for that.
        let launcher = try BuildProducts.path(of: "mpifutures")
        let without = "--bounding-set=-dac_override,-dac_read_search"
        let result = try await launch(start, [without, launcher, path], program: "setpriv")
        expect(result, status: 2, stderr: "mpifutures: cannot load '\(path)': \(reason)\n")
    }

    private func expectRefusal(
        _ start: Start,
        _ path: String,
        _ reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await launch(start, [path, "argument"], sourceLocation: sourceLocation)
        let line = "mpifutures: cannot load '\(path)': \(reason)\n"
        expect(result, status: 2, stderr: line, sourceLocation: sourceLocation)
    }

    /// A path for this case alone: the cases of one test run at the same time.
    private func path(_ name: String) throws -> String { try Plugins.path("\(UUID().uuidString)-\(name)") }

    private func file(_ name: String, _ contents: Data) throws -> String {
        let path = try path(name)
        try contents.write(to: URL(fileURLWithPath: path))
        return path
    }
}
