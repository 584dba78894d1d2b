import Foundation
import Support

/// The behaviours as a plugin of the launcher, compiled from the sources that the in-process tests have too.
///
/// Not a target of this package: that would have a copy of the library of its own.
enum BehaviourPlugin {
    static let path = Result { try make() }

    struct CompilationError: Error, CustomStringConvertible {
        let description: String
    }

    private static func make() throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let package = tests.deletingLastPathComponent().path
        let behaviours = tests.appendingPathComponent("Behaviours").path
        let sources = try FileManager.default.contentsOfDirectory(atPath: behaviours).filter { $0.hasSuffix(".swift") }
        let products = BuildProducts.directory
        let output = "\(products)/libBehaviourPlugin.so"
        let main = tests.appendingPathComponent("Programs/BehaviourPlugin/BehaviourPlugin.swift").path

        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments =
            [
                "swiftc", "-swift-version", "6", "-enable-upcoming-feature", "InternalImportsByDefault", "-Onone", "-g",
                "-parse-as-library", "-emit-library",
                "-module-name", "BehaviourPlugin", "-package-name", "behaviours", "-o", output,
                "-I", "\(products)/Modules", "-I", "\(package)/Sources/CMPI/include",
                "-I", "\(package)/Sources/CLinux/include", "-I", "\(package)/Sources/CMPIFutures/include",
                "-L", products, "-lMPIFutures",
            ] + sources.map { "\(behaviours)/\($0)" } + [main]
        let messages = Pipe()
        compiler.standardOutput = messages
        compiler.standardError = messages
        try compiler.run()
        let text = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw CompilationError(description: text) }
        return output
    }
}
