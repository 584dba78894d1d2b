/// Compiles Swift files to a plugin, against what the build has made: as its users do, outside of the package.
///
/// - Parameters:
///   - sources: The files' paths.
///   - module: The module's name.
///   - library: The path of the library to make.
///   - products: The directory of the build.
///   - options: Beside what every plugin needs.
/// - Throws: `BuildFailure` with the compiler's messages; what `runProcess` throws.
package func buildPlugin(
    _ sources: [String],
    module: String,
    to library: String,
    products: String = BuildProducts.directory,
    options: [String] = []
) async throws {
    try await compile(sources, products, ["-emit-library", "-module-name", module, "-o", library] + options)
}

/// Compiles Swift files to a program of its own, which finds the library where the build has made it.
///
/// - Parameters:
///   - sources: The files' paths.
///   - module: The module's name.
///   - program: The path of the executable to make.
///   - products: The directory of the build.
///   - options: Beside what every program needs.
/// - Throws: `BuildFailure` with the compiler's messages; what `runProcess` throws.
package func buildProgram(
    _ sources: [String],
    module: String,
    to program: String,
    products: String = BuildProducts.directory,
    options: [String] = []
) async throws {
    let runPath = ["-Xlinker", "-rpath=\(products)"]
    try await compile(sources, products, ["-module-name", module, "-o", program] + runPath + options)
}

private func compile(_ sources: [String], _ products: String, _ options: [String]) async throws {
    let root = PackageFiles.root
    let common = [
        "-O", "-parse-as-library",
        "-I", "\(products)/Modules",
        "-I", "\(root)/Sources/CMPI/include", "-I", "\(root)/Sources/CLinux/include",
        "-I", "\(root)/Sources/CMPIFutures/include",
        "-L", products, "-lMPIFutures",
    ]
    let result = try await runProcess("swiftc", sources + common + options, deadline: .after(.seconds(300)))
    guard result.status == .exited(0) else { throw BuildFailure(description: "swiftc \(sources): \(result)") }
}

/// Compiles C or C++ files to a plugin, with all warnings for errors.
///
/// - Parameters:
///   - compiler: `cc` for C11, `c++` for C++17.
///   - options: Beside what every plugin needs.
/// - Throws: `BuildFailure` with the compiler's messages; what `runProcess` throws.
package func buildCPlugin(
    _ sources: [String],
    compiler: String = "cc",
    options: [String] = [],
    to library: String
) async throws {
    let standard = compiler == "cc" ? "-std=c11" : "-std=c++17"
    let common = [
        standard, "-O2", "-Wall", "-Wextra", "-pedantic", "-Werror", "-ffp-contract=off", "-shared", "-fPIC",
        "-I", "\(PackageFiles.root)/Sources/CMPIFutures/include", "-o", library,
    ]
    let libraries = ["-L", BuildProducts.directory, "-lMPIFutures", "-lm"]
    let result = try await runProcess(compiler, common + options + sources + libraries, deadline: .after(.seconds(300)))
    guard result.status == .exited(0) else { throw BuildFailure(description: "\(compiler) \(sources): \(result)") }
}

/// A compiler or another tool did not do its work; the text holds its messages.
package struct BuildFailure: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}
