import Support
import Testing

@Suite("A task that reads standard input")
struct WorkerInputTests {
    @Test("A task that reads standard input finds its end at once on a worker process", arguments: [2, 3])
    func launched(n: Int) async throws {
        let library = try await Plugins.children
        let call = "\(library):read_input(); \(library):read_input()"
        // What there is, is the program's.
        let result = try await launch(.ranks(n), ["-c", call], input: Array("input".utf8))
        expect(result, status: 0, stdout: "0\n0\n")
    }

    @Test("A task that reads standard input finds its end at once on a worker that was started for it")
    func ownWorkers() async throws {
        let library = try await Plugins.children
        let call = "\(library):read_input(); \(library):read_input()"
        expect(try await launch(.alone, ["--workers", "2", "-c", call]), status: 0, stdout: "0\n0\n")
        expect(try await launch(.alone, ["input", ""], program: Plugins.childrenProgram), status: 0, stdout: "0\n")
    }
}
