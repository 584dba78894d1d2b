import Foundation
import Support

/// A program whose workers do not load it, with the libraries that they load: see `Fixtures/loads`.
struct LoadsPrograms: Sendable {
    /// Holds three directories: of the program, of a copy of its library, and of another build of that.
    private let root: String

    private var directory: String { "\(root)/program" }
    var program: String { "\(directory)/loads" }
    var library: String { "\(directory)/liberrands.so" }
    var copy: String { "\(root)/copy" }
    var other: String { "\(root)/other" }

    /// Linked with what the build of the tests has made.
    static var here: LoadsPrograms { get async throws { try await ownBuild.value } }

    private static let ownBuild = Task { try await LoadsPrograms(BuildProducts.directory) }

    /// The same once more, with libraries that a test may change.
    func duplicate() throws -> LoadsPrograms {
        let made = try LoadsPrograms(root: Self.newRoot)
        try FileManager.default.copyItem(atPath: root, toPath: made.root)
        return made
    }

    private static var newRoot: String {
        get throws { try "\(TemporaryDirectory.shared.get().path)/loads-\(UUID().uuidString)" }
    }

    private init(root: String) { self.root = root }

    /// - Parameter products: The directory of a build of this package.
    init(_ products: String) async throws {
        try self.init(root: Self.newRoot)
        let (root, files) = (PackageFiles.root, FileManager.default)
        for path in [directory, copy, other] {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let errands = ["\(root)/Tests/Fixtures/loads/errands.swift"]
        let emitModule = ["-emit-module", "-emit-module-path", "\(directory)/Errands.swiftmodule"]
        try await buildPlugin(errands, module: "Errands", to: library, products: products, options: emitModule)
        try files.copyItem(atPath: library, toPath: "\(copy)/liberrands.so")
        let otherBuild = "\(other)/liberrands.so"
        try await buildPlugin(errands, module: "Errands", to: otherBuild, products: products, options: ["-Onone"])
        try await buildCTasks()
        try await buildProgram(
            ["\(root)/Tests/Fixtures/loads/loads.swift"],
            module: "loads",
            to: program,
            products: products,
            options: ["-I", directory, "-L", directory, "-lerrands", "-lctasks", "-Xlinker", "-rpath=$ORIGIN"]
        )
    }

    /// A library that is linked with nothing of a build: its program has that.
    private func buildCTasks() async throws {
        let source = "\(PackageFiles.root)/Tests/Fixtures/c/tasks.c"
        let include = "\(PackageFiles.root)/Sources/CMPIFutures/include"
        let options = ["-shared", "-fPIC", "-I", include, "-lm", "-o", "\(directory)/libctasks.so"]
        let result = try await runProcess("cc", [source] + options)
        guard result.status == .exited(0) else { throw BuildFailure(description: "cc tasks.c: \(result)") }
    }
}
