import PluginLoading
import Support
import Testing

@testable import CTasks

/// Names of C tasks, and where the functions are looked for.
@Suite("Names of C tasks", .serialized)
struct NameTests {
    /// A library that needs nothing of this package's: the test's own process has that already.
    private static func library() async throws -> String {
        let directory = try TemporaryDirectory.shared.get()
        let source = try directory.write(
            """
            double sqrt(double);
            double (*other)(double) = sqrt;
            int square_root(void *call) { return call != 0; }
            """,
            to: "alone.c"
        )
        let library = "\(directory.path)/libalone.so"
        let result = try await runProcess("cc", ["-shared", "-fPIC", source, "-o", library, "-lm"])
        guard result.status == .exited(0) else { throw BuildFailure(description: "\(result)") }
        return library
    }

    @Test("Names of C tasks travel as they are, with or without a library")
    func roundTrip() async throws {
        let plain = try CTaskName(function: "square_root")
        #expect(plain.wireName == "c:square_root")
        #expect(try CTaskName(wire: plain.wireName) == plain)
        let plugin = try Plugin.load(path: try await Self.library())
        let placed = try CTaskName(function: "square_root", in: plugin)
        #expect(placed.wireName == "c:square_root\0\(plugin.identity)\0\(plugin.path)")
        #expect(try CTaskName(wire: placed.wireName) == placed)
    }

    @Test(
        "Names of C tasks are those that C can have",
        arguments: ["", "2nd", "a b", "a-b", "größe", "main", "a\0b", "a\0zz\0/lib.so", "a\0\0"]
    )
    func refused(name: String) {
        #expect(throws: CTaskError.self) { try CTaskName(wire: "c:\(name)") }
    }

    @Test("Names of C tasks find functions of the library that they give, and of no other build")
    func library() async throws {
        let plugin = try Plugin.load(path: try await Self.library())
        let name = try CTaskName(function: "square_root", in: plugin)
        #expect(try TaskLibraries.find(name) == plugin.function("square_root"))
        // What the library only uses is not its own.
        let foreign = try CTaskName(function: "sqrt", in: plugin)
        #expect(throws: CTaskError.self) { try TaskLibraries.find(foreign) }
        let other = try CTaskName(wire: "c:square_root\0abcd\0\(plugin.path)")
        let error = #expect(throws: CTaskError.self) { try TaskLibraries.find(other) }
        #expect(error?.description.contains("another build (\(plugin.identity)) than the master's (abcd)") == true)
        let missing = try CTaskName(wire: "c:square_root\0abcd\0/nowhere/lib.so")
        #expect(throws: PluginError.self) { try TaskLibraries.find(missing) }
    }
}
