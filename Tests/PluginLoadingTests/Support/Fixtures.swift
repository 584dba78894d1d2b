import Foundation

/// The files that the tests load, built when first asked for, in a directory that is removed at exit.
enum Fixtures {
    static let directory: String = {
        let path = NSTemporaryDirectory() + "plugin-loading-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: Fixtures.directory) }
        return path
    }()

    /// A C library with the least content: an `int main` that returns the number of its arguments.
    static let smallLibrary = Result { try c("int main(int argc, char **argv) { return argc; }", library: "small") }

    /// A Swift program with `@main`, and types of every kind that a program can declare.
    static let typesPlugin = Result { try swift(typesSource, library: "types", options: ["-parse-as-library"]) }

    /// The same program without a build ID, so another build.
    static let plainTypesPlugin = Result {
        let options = ["-parse-as-library", "-Xlinker", "--build-id=none"]
        return try swift(typesSource, library: "types", folder: "plain", options: options)
    }

    /// A Swift program of top-level code, compiled and linked in two steps: `swiftc -emit-library` refuses such code.
    static let scriptPlugin = Result {
        let source = try file("script.swift", "print(CommandLine.arguments, CommandLine.argc)".utf8)
        let library = path("libscript.so")
        try build("swiftc", ["-c", source, "-o", path("script.o")])
        try build("swiftc", ["-emit-library", path("script.o"), "-o", library])
        return library
    }

    /// A path in the directory.
    static func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Writes a file.
    static func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let path = path(name)
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    static func bytes(of path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Compiles C to `libNAME.so`, or with other options to `output`.
    static func c(
        _ source: String,
        library name: String,
        output: String? = nil,
        options: [String] = ["-shared", "-fPIC"]
    ) throws -> String {
        let input = try file("\(name).c", source.utf8)
        let output = path(output ?? "lib\(name).so")
        try build("cc", [input, "-o", output] + options)
        return output
    }

    /// Compiles Swift files, given by name, to `libNAME.so`; the module has the library's name.
    static func swift(
        _ sources: [String: String],
        library name: String,
        folder: String = ".",
        options: [String] = []
    ) throws -> String {
        let inputs = try sources.sorted { $0.key < $1.key }.map { try file("\(folder)/\($0.key).swift", $0.value.utf8) }
        let output = path("\(folder)/lib\(name).so")
        try build("swiftc", inputs + ["-emit-library", "-module-name", name, "-o", output] + options)
        return output
    }

    private static func build(_ tool: String, _ arguments: [String]) throws {
        let result = try run("/usr/bin/env", [tool] + arguments)
        guard result.ending == .status(0) else {
            throw BuildFailure(description: "\(tool) \(arguments.joined(separator: " ")): \(result.output)")
        }
    }
}

struct BuildFailure: Error, CustomStringConvertible {
    let description: String
}
