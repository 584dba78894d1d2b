import Foundation
import Support

/// An installation seen from a node without a Swift toolchain: in a place that it was not made for, and with an empty
/// directory where the toolchain is.
struct BareNode {
    /// Where `make install` made it, then elsewhere below, and what a user has.
    let directory: TemporaryDirectory
    let toolchain: String

    var prefix: String { "\(directory.path)/moved/mpifutures" }
    var runtime: String { "\(prefix)/lib/mpifutures/runtime" }

    private var environment: [String: String?] {
        [
            "PATH": "\(prefix)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")",
            "PKG_CONFIG_PATH": "\(prefix)/lib/pkgconfig",
            "LD_LIBRARY_PATH": nil,
        ]
    }

    init() async throws {
        directory = try TemporaryDirectory()
        let installation = try await Installation(in: directory)
        let info = try await runProcess("swiftc", ["-print-target-info"]).stdout.text
        guard let resources = info.firstMatch(of: /"runtimeResourcePath": "(.*)"/)?.1 else {
            throw BuildFailure(description: "swiftc does not tell where its runtime is: \(info)")
        }
        // Of a toolchain that shares a directory with the system, only the runtime can be hidden.
        let root = URL(fileURLWithPath: "\(resources)/../..").standardized.path
        toolchain = root == "/usr" ? String(resources) : root
        try FileManager.default.createDirectory(atPath: "\(directory.path)/empty", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(directory.path)/moved", withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: installation.prefix, toPath: prefix)
    }

    /// Whether this process may hide directories from others.
    static var isPossible: Bool {
        get async throws {
            try await runProcess("unshare", ["--mount", "mount", "--bind", "/", "/mnt"]).status == .exited(0)
        }
    }

    /// Compiles where the toolchain is, against what has been moved.
    func build(_ line: String) async throws {
        let result = try await runProcess(
            "sh",
            ["-c", line],
            environment: environment,
            workingDirectory: directory.path,
            deadline: .after(.seconds(300))
        )
        guard result.status == .exited(0) else { throw BuildFailure(description: "\(line): \(result)") }
    }

    /// Runs a user's line where no toolchain is.
    func run(_ line: String, isolation: String = "auto") async throws -> ProcessResult {
        let hide = "mount --bind '\(directory.path)/empty' '\(toolchain)' && exec sh -c \"$1\""
        return try await runProcess(
            "unshare",
            ["--mount", "sh", "-c", hide, "sh", line],
            environment: environment.merging(["MPIFUTURES_ISOLATE": isolation]) { $1 },
            workingDirectory: directory.path,
            deadline: .after(.seconds(300))
        )
    }
}
