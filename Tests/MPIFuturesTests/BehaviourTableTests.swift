import Behaviours
import Foundation
import Testing

#if !THREAD_SANITIZER && !ADDRESS_SANITIZER

    /// `Docs/Behaviours.md`, which this test writes when `MPIFUTURES_WRITE_DOCS` is set, and else checks.
    @Suite("The table of behaviours")
    struct BehaviourTableTests {
        private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        private static let document = tests.deletingLastPathComponent().appendingPathComponent("Docs/Behaviours.md")

        @Test("The table of behaviours in Docs is that of the tests")
        func isUpToDate() throws {
            let table = Self.table()
            if ProcessInfo.processInfo.environment["MPIFUTURES_WRITE_DOCS"] != nil {
                try table.write(to: Self.document, atomically: true, encoding: .utf8)
            }
            let written = try String(contentsOf: Self.document, encoding: .utf8)
            #expect(written == table, "write it with MPIFUTURES_WRITE_DOCS=1")
        }

        @Test("The table of behaviours has one heading for each section of requirements")
        func sections() {
            let sections = Line.allCases.map(\.section)
            let headings = sections.indices.filter { $0 == 0 || sections[$0] != sections[$0 - 1] }
            #expect(headings.count == Set(sections).count)
            #expect(Line.allCases.allSatisfy { !$0.text.isEmpty })
        }

        @Test("The table of behaviours has a test for each line", arguments: Line.allCases)
        func isComplete(line: Line) {
            #expect(!Self.entries(line).isEmpty)
        }

        @Test("The table of behaviours names only tests that there are")
        func areThere() throws {
            let files = FileManager.default.enumerator(at: Self.tests, includingPropertiesForKeys: nil)
            let sources = files?.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
            let text = try sources.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
            for (suite, name) in Self.elsewhere.values.joined() {
                #expect(text.contains("\"\(name)\""), "\(suite): \(name)")
            }
        }

        /// What other suites show: their target, and the test's name.
        private static let elsewhere: [Line: [(target: String, name: String)]] = [
            .completeOnce: [("PoolTests", "A future's core that has ended refuses a second end, and keeps the first")],
            .exitWaits: [
                ("LauncherTests", "exit(0) lets the queued work be done first"),
                ("LauncherTests", "Callbacks of the last calls still run when the program ends"),
            ],
            .options: [
                ("InstallTests", "The options of executors have a row each in the table"),
                ("InstallTests", "The options of executors have the effect in a worker that the table says, or none"),
                (
                    "InstallTests",
                    "The options of executors have their effect in a module's processes too, wherever those begin"
                ),
                ("InstallTests", "The options of executors have their effect in processes that MPI spawns"),
            ],
            .commLaunched: [
                (
                    "LauncherTests",
                    "The world communicator under the launcher has an MPICommExecutor with the shared workers"
                ),
                (
                    "LauncherTests",
                    "The world communicator under the launcher refuses what all ranks would have to do, and does not hang"
                ),
            ],
            .threadSerialized: [("LauncherTests", "Everything works with the thread level SERIALIZED")],
            .threadWarning: [("LauncherTests", "Rank 0 warns once of a thread level below SERIALIZED")],
            .lostHosts: [
                ("PoolTests", "Every call ends once, right or as lost, whatever workers are lost when"),
                ("PoolTests", "A call of a lost worker is made again by another one, if the rules say so"),
                ("PoolTests", "With its last worker a pool is lost, and says which host was silent for how long"),
                (
                    "TransportTests",
                    "A master reports a worker that is silent, and one whose connection ends without a farewell"
                ),
            ],
            .lostWorkers: [
                ("PoolTests", "A pool whose worker breaks the protocol ends every future"),
                ("PoolTests", "A pool whose transport cannot send gives the reason in every future"),
                ("PoolTests", "when its owner says so says so in every future"),
                ("WorkersTests", "Every future ends when workers are lost, and the error says who was killed"),
            ],
            .noRecursion: [
                (
                    "WorkersTests",
                    "Workers that a program starts end with an explanation if their program makes an executor in place of serving"
                )
            ],
            .noStart: [
                ("WorkersTests", "Workers that cannot be started because there is no mpiexec"),
                ("WorkersTests", "Workers that cannot be started because their program ends at once"),
                ("WorkersTests", "Workers that cannot be started because their program never serves"),
            ],
            .nothingLeft: [
                ("MPIFuturesTests", "Every behaviour holds and leaves no process and no shared memory behind"),
                ("WorkersTests", "No worker is left after the death of the program"),
            ],
        ]

        private static func entries(_ line: Line) -> [String] {
            let behaviours = Behaviour.all.filter { $0.line == line }.map { "\($0.name)\(mark($0))" }
            let communicators = CommunicatorBehaviour.all.filter { $0.line == line }.map { "\($0.name) ²" }
            let others = elsewhere[line, default: []].map { "\($0.name) (\($0.target))" }
            let transports = transports(line).map { "the whole suite on “\($0)”" }
            return behaviours + communicators + transports + others
        }

        /// Lines that a transport shows with all that runs on it.
        private static func transports(_ line: Line) -> [String] {
            switch line {
            case .threadMultiple: ["launcher, 3 ranks"]
            case .threadSerialized: Transport.all.map(\.name).filter { $0.contains("SERIALIZED") }
            default: []
            }
        }

        private static func mark(_ behaviour: Behaviour) -> String { behaviour.needs.isEmpty ? "" : " ¹" }

        private static func table() -> String {
            var lines = [
                "# Behaviours",
                "",
                "What holds for executors and futures, whatever carries the tasks, and the tests that show it. This page is",
                "written by a test (`MPIFUTURES_WRITE_DOCS=1 swift test --filter BehaviourTableTests`), which otherwise checks it.",
                "",
                "The tests without a mark run on each of these transports:",
                "",
            ]
            lines += Transport.all.map { transport in
                "- \(transport.name): \(Behaviour.all(on: transport.abilities).count) behaviours"
            }
            lines += [
                "", "¹ only where the transport can: executors without a scope, workers of their own, or shared ones.",
                "² shown by all ranks of a program together, with 1, 2, 3 and 5 of them.",
            ]
            var section = ""
            for line in Line.allCases {
                if line.section != section {
                    section = line.section
                    lines += ["", "## \(section)", "", "| what holds | tests |", "|---|---|"]
                }
                lines.append("| \(line.text) | \(entries(line).joined(separator: "<br>")) |")
            }
            return (lines + options()).joined(separator: "\n") + "\n"
        }

        /// The part on the options of executors.
        private static func options() -> [String] {
            let ways = OptionTable.Way.allCases
            var lines = [
                "", "## Options", "",
                "What each option of an executor does to a worker process, seen from an installed copy by each way of starting.",
                "", "| option | what a worker sees | \(ways.map(\.rawValue).joined(separator: " | ")) |",
                "|---|---|" + ways.map { _ in "---|" }.joined(),
            ]
            lines += OptionTable.rows.map { row in
                let cells = ways.map { row.applies(to: $0) ? "yes" : "no \(row.note($0))" }
                return "| `\(row.name)` | \(row.effect) | \(cells.joined(separator: " | ")) |"
            }
            return lines + [
                "", "³ accepted, and without effect: \(OptionTable.reason).",
                "⁴ accepted, and without effect: \(OptionTable.reasonOfIsolation).",
                "⁵ refused: \(OptionTable.reasonOfRefusal).",
                "⁶ accepted, and without effect: \(OptionTable.reasonOfSharing).",
                "⁷ refused: \(OptionTable.reasonOfRefusalForShared).",
            ]
        }
    }

#endif
