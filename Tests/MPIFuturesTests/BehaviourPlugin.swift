import Support

/// The behaviours as a plugin of the launcher, compiled from the sources that the in-process tests have too.
///
/// Not a target of this package: that would have a copy of the library of its own.
enum BehaviourPlugin {
    static var path: String { get async throws { try await build.value } }

    private static let build = Task {
        let (root, products) = (PackageFiles.root, BuildProducts.directory)
        let output = "\(products)/libBehaviourPlugin.so"
        let sources = try PackageFiles.paths(in: "Tests/Behaviours", suffix: ".swift")
        let result = try await runProcess(
            "swiftc",
            [
                "-swift-version", "6", "-enable-upcoming-feature", "InternalImportsByDefault", "-Onone", "-g",
                "-parse-as-library", "-emit-library",
                "-module-name", "BehaviourPlugin", "-package-name", "behaviours", "-o", output,
                "-I", "\(products)/Modules", "-I", "\(root)/Sources/CMPI/include",
                "-I", "\(root)/Sources/CLinux/include", "-I", "\(root)/Sources/CMPIFutures/include",
                "-L", products, "-lMPIFutures",
            ] + sources + ["\(root)/Tests/Programs/BehaviourPlugin/BehaviourPlugin.swift"],
            deadline: .after(.seconds(300))
        )
        guard result.status == .exited(0) else { throw BuildFailure(description: "the behaviours: \(result)") }
        return output
    }
}
