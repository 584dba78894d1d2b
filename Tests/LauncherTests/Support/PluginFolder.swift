import Foundation
import Support

/// A directory for one test, with the fixture `endings` as `__main__.so` and a file of its own.
struct PluginFolder {
    let directory: TemporaryDirectory

    init() async throws {
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: "\(path)/data", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: await Plugins.endings, toPath: "\(path)/__main__.so")
        try directory.write("its own file\n", to: "plugin/data/file")
    }

    /// The directory plugin.
    var path: String { "\(directory.path)/plugin" }

    /// Packs it with `tar`; the name decides how it is compressed.
    func tar(_ name: String = "plugin.tar.gz") async throws -> String {
        let archive = "\(directory.path)/\(name)"
        let result = try await runProcess("tar", ["-caf", archive, "-C", path, "__main__.so", "data"])
        guard result.status == .exited(0) else { throw BuildFailure(description: "tar: \(result)") }
        return archive
    }

    func zip() throws -> String {
        var zip = ZipArchive()
        for name in ["__main__.so", "data/file"] {
            zip.add(name, content: Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))))
        }
        return try file("plugin.zip", zip.bytes)
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(directory.path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
