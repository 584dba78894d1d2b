import Foundation
import Support

/// The plugins of Tests/Fixtures/cinterface, compiled when first asked for.
enum CPlugin {
    static let folder = "\(PackageFiles.root)/Tests/Fixtures/cinterface"

    /// Tasks and a master that use all of mpifutures.h.
    static let whole = Task { try await build("whole", []) }

    /// The same, in which the address sanitizer watches the plugin's code and everyone's memory.
    static let sanitized = Task { try await build("sanitized", ["-fsanitize=address,undefined", "-O1", "-g"]) }

    /// A plugin that is made of C and Swift, with a master in each.
    static let mixed = Task {
        let directory = try TemporaryDirectory.shared.get().path
        for name in ["tasks", "mixed"] {
            try await buildCPlugin(["\(folder)/\(name).c"], options: ["-c"], to: "\(directory)/\(name).o")
        }
        let library = "\(directory)/libmixed.so"
        let sources = ["\(folder)/mixed.swift", "\(directory)/tasks.o", "\(directory)/mixed.o"]
        try await buildPlugin(sources, module: "mixed", to: library)
        return library
    }

    private static func build(_ name: String, _ options: [String]) async throws -> String {
        let library = "\(try TemporaryDirectory.shared.get().path)/lib\(name).so"
        try await buildCPlugin(["\(folder)/tasks.c", "\(folder)/master.c"], options: options, to: library)
        return library
    }

    /// Output without what differs from run to run: which worker, which host, and where the plugin lies.
    static func normalized(_ output: String) -> String {
        output.replacing(/rank \d+ of 3 on [^:]+:/) { _ in "rank N of 3 on HOST:" }
            .replacing(/exported by '[^']*'/) { _ in "exported by 'PLUGIN'" }
    }
}
