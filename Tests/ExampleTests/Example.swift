import Foundation
import Support

/// A folder of `examples`, compiled when first asked for.
struct Example: Sendable, CustomStringConvertible {
    let name: String
    /// Whether the launcher runs it, or it is a program of its own.
    let isPlugin: Bool
    private let building: Task<String, any Error>

    static let crash = Example("crash")
    static let julia = Example("julia")
    static let mandelbrot = Example("mandelbrot")
    static let primes = Example("primes")
    static let spmd = Example("spmd", isPlugin: false)
    static let squares = Example("squares")
    static let sweep = Example("sweep")

    private init(_ name: String, isPlugin: Bool = true) {
        self.name = name
        self.isPlugin = isPlugin
        building = Task {
            let sources = try PackageFiles.paths(in: "examples/\(name)", suffix: ".swift")
            // Other tests build plugins of these names, too.
            let directory = "\(try TemporaryDirectory.shared.get().path)/examples"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let product = isPlugin ? "\(directory)/lib\(name).so" : "\(directory)/\(name)"
            if isPlugin {
                try await buildPlugin(sources, module: name, to: product)
            } else {
                try await buildProgram(sources, module: name, to: product)
            }
            return product
        }
    }

    var description: String { name }

    /// The path of the library or of the program.
    var product: String { get async throws { try await building.value } }

    /// What it prints without arguments.
    var expectedOutput: String { get throws { try PackageFiles.text(of: "examples/output/\(name).txt") } }

    /// Runs it without mpiexec.
    ///
    /// - Parameter environment: Changes to the environment of the tests.
    func run(_ arguments: [String] = [], environment: [String: String?] = [:]) async throws -> ProcessResult {
        let command = try await command + arguments
        return try await runProcess(command[0], Array(command.dropFirst()), environment: environment)
    }

    /// Runs it as `n` processes.
    func run(n: Int, workingDirectory: String? = nil) async throws -> ProcessResult {
        let command = try await command
        return try await mpiexec(n: n, command[0], Array(command.dropFirst()), workingDirectory: workingDirectory)
    }

    private var command: [String] {
        get async throws {
            isPlugin ? [try BuildProducts.path(of: "mpifutures"), try await product] : [try await product]
        }
    }
}
