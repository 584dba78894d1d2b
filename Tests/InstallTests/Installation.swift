import Foundation
import Support

/// The package, installed below a directory of its own from what the build has made.
struct Installation {
    private let directory: TemporaryDirectory
    /// The directory of the build that is installed.
    private let products: String

    var prefix: String { "\(directory.path)/prefix" }
    var launcher: String { "\(prefix)/bin/mpifutures" }

    /// What a user's shell needs to know of an installation in an unusual place.
    var environment: [String: String?] {
        [
            "PATH": "\(prefix)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")",
            "PKG_CONFIG_PATH": "\(prefix)/lib/pkgconfig",
        ]
    }

    /// - Parameters:
    ///   - products: The directory of the build to install.
    ///   - directory: In place of one that goes away with the last copy of this.
    init(of products: String = BuildProducts.directory, in directory: TemporaryDirectory? = nil) async throws {
        self.directory = try directory ?? TemporaryDirectory()
        self.products = products
        try await make("install")
    }

    /// The files, by their paths below the prefix; of the compiler's modules and the Swift runtime only the directory.
    func files() throws -> [String] { try Self.files(below: prefix) }

    static func files(below directory: String) throws -> [String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: directory)
        let whole = ["lib/mpifutures/swift", "lib/mpifutures/runtime"]
        return paths.compactMap { path in
            if let part = whole.first(where: path.contains) { return path.hasSuffix(part) ? path : nil }
            let isDirectory = URL(fileURLWithPath: "\(directory)/\(path)").hasDirectoryPath
            return isDirectory ? nil : path
        }.sorted()
    }

    /// Runs a user's line in a shell.
    func run(
        _ line: String,
        in directory: String,
        environment: [String: String?] = [:],
        deadline: Deadline = .after(.seconds(300))
    ) async throws -> ProcessResult {
        try await runProcess(
            "sh",
            ["-c", line],
            environment: self.environment.merging(environment) { $1 },
            workingDirectory: directory,
            deadline: deadline
        )
    }

    /// The same for a line that has to succeed.
    func build(_ line: String, in directory: String, deadline: Deadline = .after(.seconds(300))) async throws {
        let result = try await run(line, in: directory, deadline: deadline)
        guard result.status == .exited(0) else { throw BuildFailure(description: "\(line): \(result)") }
    }

    /// - Parameter variables: More of make's, as `DESTDIR=…`.
    func make(_ target: String, _ variables: String...) async throws {
        let build = products
        // The build is there, most often as the one that made this test: it is up to date, and must not be started again
        // within itself.
        let result = try await runProcess(
            "make",
            [
                "-o", "\(build)/libMPIFutures.so", "-o", "\(build)/mpifutures",
                target, "BUILD=\(build)", "PREFIX=\(prefix)",
            ] + variables,
            environment: ["MAKEFLAGS": nil, "MAKELEVEL": nil],
            workingDirectory: PackageFiles.root,
            // A package is compressed.
            deadline: .after(.seconds(300))
        )
        guard result.status == .exited(0) else { throw BuildFailure(description: "make \(target): \(result)") }
    }
}
