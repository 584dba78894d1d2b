import Foundation
import Support

/// The plugins that the tests run: made from Tests/Fixtures when first asked for, in a directory that goes with the
/// process.
enum Plugins {
    /// Does what its first argument says; see `Fixtures/endings`.
    static var endings: String { get async throws { try await endingsBuild.value } }

    /// Makes calls of which some end their process; see `examples/crash`.
    static var crash: String { get async throws { try await crashBuild.value } }

    /// Says where its calls are made; see `Tests/Cluster`.
    static var hosts: String { get async throws { try await hostsBuild.value } }

    /// An `int main` that prints its arguments and returns the last.
    static var status: String { get async throws { try await statusBuild.value } }

    /// The same from another build.
    static var otherStatus: String { get async throws { try await otherStatusBuild.value } }

    static var noMain: String { get async throws { try await noMainBuild.value } }
    static var unresolved: String { get async throws { try await unresolvedBuild.value } }

    /// For `LD_PRELOAD`: an `MPI_Finalize` that does not come back.
    static var stuck: String { get async throws { try await stuckBuild.value } }

    /// The module of `Docs/CommandLine.md`, and the directory where it is with the files of the examples.
    static var manual: (library: String, directory: String) { get async throws { try await manualBuild.value } }

    /// Callables for specs: see `Fixtures/calls`.
    static var calls: String { get async throws { try await callsBuild.value } }

    /// A task in C, `square_root`.
    static var cTasks: String { get async throws { try await cTasksBuild.value } }

    /// A task in C, `copy`, that returns the bytes of a string.
    static var cNames: String { get async throws { try await cNamesBuild.value } }

    /// Makes an executor while it is being loaded.
    static var early: String { get async throws { try await earlyBuild.value } }

    /// Calls MPI without referring to it; see `Fixtures/c/latempi.c`.
    static var lateMPI: String { get async throws { try await lateMPIBuild.value } }

    /// Crashes or hangs in later processes that load it; see `Fixtures/c/secondload.c`.
    static var secondLoad: String { get async throws { try await secondLoadBuild.value } }

    /// Forks children; see `Fixtures/c/children.c`.
    static var children: String { get async throws { try await childrenBuild.value } }

    /// The same as a program of its own.
    static var childrenProgram: String { get async throws { try await childrenProgramBuild.value } }

    /// Ends the process by its argument; see `Fixtures/c/endings.c`. Linked with MPI.
    static var endingsInC: String { get async throws { try await endingsInCBuild.value } }

    /// The same as a program of its own.
    static var endingsProgram: String { get async throws { try await endingsProgramBuild.value } }

    /// Makes calls that need the main thread; see `Fixtures/mainqueue`.
    static var mainQueue: String { get async throws { try await mainQueueBuild.value } }

    /// The same as a program of its own.
    static var mainQueueProgram: String { get async throws { try await mainQueueProgramBuild.value } }

    /// A path in the directory of the plugins.
    static func path(_ name: String) throws -> String { try "\(TemporaryDirectory.shared.get().path)/\(name)" }

    private static let endingsBuild = Task {
        let library = try path("libendings.so")
        let sources = try PackageFiles.paths(in: "Tests/Fixtures/endings", suffix: ".swift")
        try await buildPlugin(sources, module: "endings", to: library)
        return library
    }

    private static let hostsBuild = Task {
        let library = try path("libhosts.so")
        try await buildPlugin(PackageFiles.paths(in: "Tests/Cluster", suffix: ".swift"), module: "hosts", to: library)
        return library
    }

    private static let crashBuild = Task {
        let library = try path("libcrash.so")
        try await buildPlugin(["\(PackageFiles.root)/examples/crash/crash.swift"], module: "crash", to: library)
        return library
    }

    private static let manualBuild = Task {
        let directory = try path("manual")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let source = "\(directory)/tasks.swift"
        try CommandLineManual.source().write(toFile: source, atomically: true, encoding: .utf8)
        try "1".write(toFile: "\(directory)/one.txt", atomically: true, encoding: .utf8)
        try "22".write(toFile: "\(directory)/two.txt", atomically: true, encoding: .utf8)
        let library = "\(directory)/libtasks.so"
        try await buildPlugin([source], module: "tasks", to: library)
        return (library: library, directory: directory)
    }

    private static let callsBuild = Task {
        let library = try path("libcalls.so")
        let sources = try PackageFiles.paths(in: "Tests/Fixtures/calls", suffix: ".swift")
        try await buildPlugin(sources, module: "calls", to: library)
        return library
    }

    private static let cTasksBuild = Task {
        try await compileC("tasks", to: "libctasks.so", ["-I", include, "-lm"])
    }

    private static let cNamesBuild = Task { try await compileC("names", to: "libnames.so", ["-I", include]) }

    private static let earlyBuild = Task { try await compileC("early", to: "libearly.so", ["-I", include]) }

    private static let secondLoadBuild = Task {
        try await compileC("secondload", to: "libsecondload.so", ["-I", include])
    }

    private static let lateMPIBuild = Task {
        try await compileC("latempi", to: "liblatempi.so", ["-I", include])
    }

    /// Estimates pi from random numbers; see `Fixtures/c/montecarlo.c`.
    static var monteCarlo: String { get async throws { try await monteCarloBuild.value } }

    private static let monteCarloBuild = Task {
        try await compileC("montecarlo", to: "libmontecarlo.so", ["-I", include])
    }

    /// Says which worker makes a call; see `Fixtures/c/places.c`.
    static var places: String { get async throws { try await placesBuild.value } }

    private static let placesBuild = Task { try await compileC("places", to: "libplaces.so", ["-I", include]) }

    private static let mainQueueBuild = Task {
        let library = try path("libmainqueue.so")
        let sources = try PackageFiles.paths(in: "Tests/Fixtures/mainqueue", suffix: ".swift")
        try await buildPlugin(sources, module: "mainqueue", to: library)
        return library
    }

    private static let mainQueueProgramBuild = Task {
        let program = try path("mainqueue")
        let sources = try PackageFiles.paths(in: "Tests/Fixtures/mainqueue", suffix: ".swift")
        try await buildProgram(sources, module: "mainqueue", to: program)
        return program
    }

    private static let childrenBuild = Task { try await compileC("children", to: "libchildren.so", ["-I", include]) }
    private static let endingsInCBuild = Task {
        try await compileC("endings", to: "libendingsinc.so", ["-I", include], compiler: "mpicc")
    }
    private static let endingsProgramBuild = Task { try await compileCProgram("endings", compiler: "mpicc") }
    private static let childrenProgramBuild = Task { try await compileCProgram("children") }

    /// Where `mpifutures.h` is.
    private static var include: String { "\(PackageFiles.root)/Sources/CMPIFutures/include" }

    private static let statusBuild = Task { try await compileC("status", to: "libstatus.so") }
    private static let otherStatusBuild = Task { try await compileC("status", to: "libother.so", ["-g"]) }
    private static let noMainBuild = Task { try await compileC("nomain", to: "libnomain.so") }
    private static let unresolvedBuild = Task { try await compileC("unresolved", to: "libunresolved.so") }
    private static let stuckBuild = Task { try await compileC("stuck", to: "libstuck.so") }

    private static func compileC(
        _ name: String,
        to library: String,
        _ options: [String] = [],
        compiler: String = "cc"
    ) async throws -> String {
        try await compile(name, to: library, compiler, ["-shared", "-fPIC"] + options)
    }

    /// A program of its own, whose functions workers find as tasks.
    private static func compileCProgram(_ name: String, compiler: String = "cc") async throws -> String {
        let products = BuildProducts.directory
        let options = ["-rdynamic", "-I", include, "-L", products, "-Wl,-rpath,\(products)"]
        return try await compile(name, to: name, compiler, options, libraries: ["-lMPIFutures"])
    }

    private static func compile(
        _ name: String,
        to product: String,
        _ compiler: String,
        _ options: [String],
        libraries: [String] = []
    ) async throws -> String {
        let output = try path(product)
        let source = "\(PackageFiles.root)/Tests/Fixtures/c/\(name).c"
        let result = try await runProcess(compiler, options + [source, "-o", output] + libraries)
        guard result.status == .exited(0) else { throw BuildFailure(description: "\(compiler) \(name).c: \(result)") }
        return output
    }
}
