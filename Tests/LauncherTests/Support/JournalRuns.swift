import Foundation
import Support
import Testing

/// Runs of the fixture `journals` with one journal.
struct JournalRuns {
    /// The plugin of `Fixtures/journals`.
    static var plugin: String { get async throws { try await build.value } }

    private static let build = Task {
        let library = "\(try TemporaryDirectory.shared.get().path)/libjournals.so"
        try await buildPlugin([source], module: "journals", to: library)
        return library
    }

    static let source = "\(PackageFiles.root)/Tests/Fixtures/journals/Journals.swift"

    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    var journal: String { "\(directory.path)/results.journal" }
    var notes: String { "\(directory.path)/notes" }

    /// The calls that were made since the last time, in the order in which they were made.
    func takeNotes() -> [String] {
        defer { try? FileManager.default.removeItem(atPath: notes) }
        return ((try? String(contentsOfFile: notes, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    func run(
        _ start: Start,
        _ scene: String,
        _ count: Int,
        _ further: [String] = [],
        options: [String] = [],
        plugin: String? = nil,
        allowed: Duration = .seconds(180),
        while body: (RunningProcess) async throws -> Void = { _ in }
    ) async throws -> ProcessResult {
        let own = try await Self.plugin
        return try await launch(
            start,
            ["--journal", journal] + options + [plugin ?? own, scene, notes, "\(count)"] + further,
            allowed: allowed,
            while: body
        )
    }

    /// The arguments of the calls that are in the journal.
    func recorded() async throws -> [String] {
        let export = try await runProcess(try BuildProducts.path(of: "mpifutures"), ["journal", "--export", journal])
        return try export.stdout.lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let arguments = object?["arguments"] as? [String: Any]
            return "\(arguments?["number"] as? Int ?? -1)"
        }
    }
}
