/// Compiles a Swift file against the library, without making anything, as users do outside of the package.
///
/// - Parameter source: The text of the file.
/// - Returns: The compiler's exit status and messages.
package func compilerMessages(for source: String) async throws -> ProcessResult {
    let (root, products) = (PackageFiles.root, BuildProducts.directory)
    let directory = try TemporaryDirectory()
    let file = try directory.write(source, to: "attempt.swift")
    let result = try await runProcess(
        "swiftc",
        [
            "-typecheck", "-swift-version", "6", "-parse-as-library", "-module-name", "attempt", file,
            "-I", "\(products)/Modules",
            "-I", "\(root)/Sources/CMPI/include", "-I", "\(root)/Sources/CLinux/include",
            "-I", "\(root)/Sources/CMPIFutures/include",
        ],
        deadline: .after(.seconds(300))
    )
    withExtendedLifetime(directory) {}
    return result
}
