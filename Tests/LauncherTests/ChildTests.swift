import Support
import Testing

/// What becomes of a process that a task or a program forks.
struct Child: Sendable, CustomTestStringConvertible {
    let kind: String
    /// Its status, or 1000 and the number of the signal that killed it.
    let end: Int

    static let all = [
        Child(kind: "exit", end: 7),
        Child(kind: "exit-zero", end: 0),
        Child(kind: "_exit", end: 7),
        Child(kind: "quick_exit", end: 7),
        Child(kind: "exec", end: 127),
        Child(kind: "handler", end: 7),
        Child(kind: "crash", end: 1000 + 11),
        Child(kind: "abort", end: 1000 + 6),
        Child(kind: "signal", end: 1000 + 15),
        Child(kind: "vfork", end: 127),
        Child(kind: "system", end: 127),
    ]

    /// What only a program has: an executor, and a main function to return from.
    static let ofPrograms = [
        Child(kind: "return", end: 9), Child(kind: "destroy", end: 7), Child(kind: "submit", end: 7),
    ]

    var testDescription: String { kind }
}

@Suite("A forked child")
struct ChildTests {
    private static func calls(_ library: String, _ task: String) -> [String] {
        ["-c"] + [Child.all.map { "\(library):\(task)(\"\($0.kind)\")" }.joined(separator: "; ")]
    }

    private static let ends = Child.all.map { "\($0.end)\n" }.joined()

    @Test(
        "A forked child of a task ends as it likes, and the job goes on",
        arguments: [Start.alone, .ranks(1), .ranks(2), .ranks(3)],
        ["fork_here", "fork_by_thread"]
    )
    func ofTask(start: Start, task: String) async throws {
        let result = try await launch(start, Self.calls(try await Plugins.children, task))
        expect(result, status: 0, stdout: Self.ends)
    }

    @Test("A forked child of a task ends as it likes on a worker that the launcher has started")
    func ofOwnWorkersTask() async throws {
        let library = try await Plugins.children
        let result = try await launch(.alone, ["--workers", "2"] + Self.calls(library, "fork_here"))
        expect(result, status: 0, stdout: Self.ends)
    }

    @Test(
        "A forked child of a plugin's main ends as it likes, and the job goes on",
        arguments: [Start.alone, .ranks(2), .ranks(3)],
        Child.all + Child.ofPrograms
    )
    func ofMain(start: Start, child: Child) async throws {
        let result = try await launch(start, [try await Plugins.children, "program", child.kind])
        expect(result, status: 0, stdout: "\(child.end)\n0\n")
    }

    @Test(
        "A forked child of a program of its own, or of its tasks, ends as it likes",
        arguments: ["program", "task"],
        ["exit", "exec", "crash", "signal"]
    )
    func ofOwnProgram(place: String, kind: String) async throws {
        let program = try await Plugins.childrenProgram
        // UCX's own report of a crash is not what is tested.
        let result = try await launch(.alone, [place, kind], program: program, environment: ["UCX_ERROR_SIGNALS": ""])
        let end = try #require(Child.all.first { $0.kind == kind }).end
        expect(result, status: 0, stdout: place == "program" ? "\(end)\n0\n" : "\(end)\n")
    }
}
