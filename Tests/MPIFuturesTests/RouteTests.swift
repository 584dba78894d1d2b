import Behaviours
import Foundation
import Support
import Testing

#if !THREAD_SANITIZER && !ADDRESS_SANITIZER

    /// A library that is loaded before MPI sees every message that a process sends or receives.
    @Suite("Tasks and results", .serialized)
    struct RouteTests {
        @Test(
            "Tasks and results travel over an intercommunicator, however the workers were started",
            arguments: transports
        )
        func intercommunicator(transport: Transport) async throws {
            let routes = try TemporaryDirectory()
            let layer = try await Self.layer(for: transport)
            let result = try await transport.runBehaviours(
                variables: ["MPIFUTURES_TEST_BEHAVIOUR": "large", "MESSAGE_ROUTES": routes.path],
                rankVariables: ["LD_PRELOAD": layer]
            )
            let report = Report(parsing: result.stdout.lines)
            #expect(report.ends == 1 && result.status == .exited(0), "\(result)")
            #expect(!report.verdicts.isEmpty && report.verdicts.values.allSatisfy { $0 == .holds }, "\(report)")

            let processes = try FileManager.default.contentsOfDirectory(atPath: routes.path).map { name in
                try Self.notes(inFile: "\(routes.path)/\(name)")
            }
            #expect(processes.count >= 2, "a master and workers")
            for notes in processes {
                let messages = notes.filter { $0.operation != "collective" }
                #expect(messages.allSatisfy { $0.isInter }, "\(messages.filter { !$0.isInter })")
                for operation in ["send", "receive"] {
                    #expect(messages.contains { $0.operation == operation }, "each process has to \(operation) frames")
                }
                // The hand-shake at the start, in which there is no room for tasks.
                #expect(Self.byteCount(notes.filter { !$0.isInter }) < 10_000)
            }
            #expect(Self.byteCount(processes.joined().filter { $0.isInter }) > 1_000_000)
        }

        @Test("Tasks and results take no route that the interposed library does not see")
        func completeness() async throws {
            let layer = try await Self.build("mpicc")
            let seen = try await Self.symbols(["--defined-only", layer])
            let library = try BuildProducts.path(of: "libMPIFutures.so")
            // The library looks the functions up by their names when it opens MPI.
            let texts = try await runProcess("strings", ["-a", library]).stdout.lines
            let used = Set(texts.filter { $0.wholeMatch(of: /MPI_[A-Z][a-z]\w*/) != nil })
            #expect(used.contains("MPI_Init_thread"), "\(used)")
            let words = [
                "send", "recv", "mprobe", "start", "put", "accumulate", "rget", "bcast", "gather", "scatter", "reduce",
                "scan", "alltoall", "barrier", "file_",
            ]
            let moving = used.filter { name in words.contains { name.lowercased().contains($0) } }
            #expect(moving.subtracting(seen) == [])
            #expect(moving.count > 4)
        }

        private static let names = [
            "launcher, 2 ranks", "launcher, 3 ranks", "launcher, 3 ranks, SERIALIZED", "relay", "spawn",
            "communicator, 3 ranks, root 0", "communicator, 3 ranks, root 1", "communicator, 3 ranks, root 2",
        ]
        private static let transports = Transport.available.filter { names.contains($0.name) }

        /// What one process has noted of a message.
        private struct Note: CustomStringConvertible {
            let operation: String
            let isInter: Bool
            let tag: Int
            let byteCount: Int

            var description: String { "\(operation) \(isInter ? "inter" : "intra") \(tag) \(byteCount)" }
        }

        private static func notes(inFile path: String) throws -> [Note] {
            try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
                let fields = line.split(separator: " ")
                try #require(fields.count == 4, "\(line)")
                return Note(
                    operation: String(fields[0]),
                    isInter: fields[1] == "inter",
                    tag: try #require(Int(fields[2])),
                    byteCount: try #require(Int(fields[3]))
                )
            }
        }

        private static func byteCount(_ notes: [Note]) -> Int { notes.reduce(0) { $0 + $1.byteCount } }

        private static func layer(for transport: Transport) async throws -> String {
            if case .spawner = transport.runs, let here = SpawningMPI.here { return try await build(here.compiler) }
            return try await build("mpicc")
        }

        /// Compiles the library for the MPI of a compiler.
        private static func build(_ compiler: String) async throws -> String {
            let source = "\(PackageFiles.root)/Tests/Fixtures/preloaded/routes.c"
            let library = "\(BuildProducts.directory)/routes\(compiler.contains("/") ? "-spawning" : "").so"
            let result = try await runProcess(
                compiler,
                ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", source, "-o", library],
                deadline: .after(.seconds(120))
            )
            guard result.status == .exited(0) else { throw BuildFailure(description: "\(compiler): \(result)") }
            return library
        }

        private static func symbols(_ arguments: [String]) async throws -> Set<String> {
            let result = try await runProcess("nm", ["-D"] + arguments, deadline: .after(.seconds(60)))
            try #require(result.status == .exited(0), "\(result)")
            let names = result.stdout.lines.compactMap { $0.split(separator: " ").last.map(String.init) }
            return Set(names.filter { $0.hasPrefix("MPI_") })
        }
    }

#endif
