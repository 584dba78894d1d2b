import Support

/// The package, installed below a directory of its own from what the build has made.
struct Installation {
    private let directory: TemporaryDirectory

    var prefix: String { "\(directory.path)/prefix" }
    var launcher: String { "\(prefix)/bin/mpifutures" }

    /// What a user's shell needs to know of an installation in an unusual place.
    var environment: [String: String?] { ["PKG_CONFIG_PATH": "\(prefix)/lib/pkgconfig"] }

    init() async throws {
        directory = try TemporaryDirectory()
        try await make("install")
    }

    func make(_ target: String) async throws {
        let build = BuildProducts.directory
        // The build is the one that made this test: it is up to date, and must not be started again within itself.
        let result = try await runProcess(
            "make",
            [
                "-o", "\(build)/libMPIFutures.so", "-o", "\(build)/mpifutures",
                target, "BUILD=\(build)", "PREFIX=\(prefix)",
            ],
            environment: ["MAKEFLAGS": nil, "MAKELEVEL": nil],
            workingDirectory: PackageFiles.root
        )
        guard result.status == .exited(0) else { throw BuildFailure(description: "make \(target): \(result)") }
    }
}
