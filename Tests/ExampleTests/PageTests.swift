import Foundation
import Support
import Testing

@Suite("The pages of the documentation")
struct PageTests {
    private static func pages() throws -> [String] {
        let folders = ["Docs", "Docs/Decisions", "Sources/MPIFutures/MPIFutures.docc"]
        let paths = try folders.flatMap { try PackageFiles.paths(in: $0, suffix: ".md") }
        return ["README.md", "CHANGELOG.md", "Tests/Benchmarks/README.md"]
            + paths.map { String($0.dropFirst(PackageFiles.root.count + 1)) }
    }

    @Test("The pages of the documentation link to files that there are", arguments: try pages())
    func links(page: String) throws {
        let folder = URL(fileURLWithPath: "\(PackageFiles.root)/\(page)").deletingLastPathComponent()
        for match in try PackageFiles.text(of: page).matches(of: /\]\(([^)#:\s]+)(#[^)]*)?\)/) {
            let target = folder.appendingPathComponent(String(match.1)).path
            #expect(FileManager.default.fileExists(atPath: target), "\(match.1)")
        }
    }

    @Test(
        "The pages of the documentation name targets that make has, and a target where they set a variable",
        arguments: try pages()
    )
    func targets(page: String) throws {
        let makefile = try PackageFiles.text(of: "Makefile")
        let targets = Set(makefile.matches(of: /(?m)^([a-z-]+):/).map { String($0.1) })
        for match in try PackageFiles.text(of: page).matches(of: /`((?:[A-Z_]+=\S+ )*)make(?: ([^`\n]*))?`/) {
            let words = (match.2 ?? "").replacing(/[A-Z_]+=('[^']*'|\S+)/, with: "").split(separator: " ")
            if words.isEmpty { #expect(match.1.isEmpty && match.2 == nil, "\(match.0)") }
            for word in words { #expect(targets.contains(String(word)), "\(match.0)") }
        }
    }

    /// `__all__` of both packages, their modules' further public names, the options, and the environment variables.
    private static let pythonNames = """
        Future Executor wait FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED as_completed CancelledError TimeoutError
        InvalidStateError BrokenExecutor MPIPoolExecutor MPICommExecutor ThreadPoolExecutor ProcessPoolExecutor
        InterpreterPoolExecutor BrokenThreadPool BrokenProcessPool BrokenInterpreterPool DoneAndNotDoneFutures
        get_comm_workers collect compose ThenableFuture then catch server service
        submit map starmap shutdown bootup num_workers terminate_workers kill_workers
        result exception cancel cancelled running done add_done_callback
        set_running_or_notify_cancel set_result set_exception
        max_workers initializer initargs python_exe python_args mpi_info globals main path wdir env use_pkl5 backoff
        timeout chunksize buffersize unordered cancel_futures
        thread_name_prefix mp_context max_tasks_per_child
        MPI4PY_FUTURES_MAX_WORKERS MPI4PY_FUTURES_BACKOFF MPI4PY_FUTURES_USE_PKL5 MPI4PY_FUTURES_SERVICE
        MPI4PY_FUTURES_SERVER_HOST MPI4PY_FUTURES_SERVER_BIND MPI4PY_FUTURES_SERVER_PORT
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    @Test("The pages of the documentation say of every name in Python what stands for it")
    func fromPython() throws {
        let page = try PackageFiles.text(of: "Sources/MPIFutures/MPIFutures.docc/FromPython.md")
        // What stands in the first column of a table, in code.
        var words: Set<String> = []
        for row in page.split(separator: "\n") where row.hasPrefix("|") {
            let cell = row.dropFirst().prefix { $0 != "|" }
            for match in cell.matches(of: /`([^`]+)`/) {
                for word in match.1.matches(of: /[A-Za-z0-9_]+/) { words.insert(String(word.0)) }
            }
        }
        for name in Self.pythonNames { #expect(words.contains(name), "\(name)") }
    }
}
