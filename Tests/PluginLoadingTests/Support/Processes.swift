import Foundation
import PluginLoading
import Testing

/// How a process ended.
enum Ending: Hashable {
    case status(Int32)
    case signal(Int32)
}

/// Runs a program to its end and returns what it wrote to both of its output streams.
func run(
    _ program: String,
    _ arguments: [String],
    input: String = "",
    environment: [String: String] = [:],
    directory: String? = nil
) throws -> (output: String, ending: Ending) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    // A file, not a pipe: neither end then ever waits for the other.
    let inputFile = try Fixtures.file("input-\(UUID().uuidString)", input.utf8)
    defer { try? FileManager.default.removeItem(atPath: inputFile) }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputFile))
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let number = process.terminationStatus
    return (output, process.terminationReason == .exit ? .status(number) : .signal(number))
}

/// Gives `PluginHost` its commands, each an array of fields, and returns the lines that it answers with.
///
/// A host that does not end by itself with status 0 is a failure of the calling test.
func host(
    _ commands: [[String]],
    environment: [String: String] = [:],
    directory: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> [String] {
    let input = commands.map { $0.joined(separator: "\t") + "\n" }.joined()
    // Without the crash reporter, a crash is a signal at once.
    let environment = environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let result = try run(hostPath(), [], input: input, environment: environment, directory: directory)
    #expect(result.ending == .status(0), "\(result.output.suffix(2000))", sourceLocation: sourceLocation)
    return result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
}

/// `PluginHost` stands beside the image that holds these tests.
private func hostPath() throws -> String {
    let image = try #require(MappedLibrary.copies(of: "mpifuturesPackageTests.xctest").first)
    return URL(fileURLWithPath: image.path).deletingLastPathComponent().appendingPathComponent("PluginHost").path
}
