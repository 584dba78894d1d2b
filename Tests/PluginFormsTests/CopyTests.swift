import Foundation
import PluginLoading
import Support
import Testing

@testable import PluginForms

@Suite("A copy of files for another host")
struct CopyTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func pieces(_ path: String, limits: ArchiveLimits = ArchiveLimits()) throws -> [CopyPiece] {
        var source = CopySource(path, limits: limits)
        var pieces: [CopyPiece] = []
        try source.forEachPiece { pieces.append($0) }
        return pieces
    }

    private func makeDirectory(_ path: String) throws -> String {
        let path = "\(directory.path)/\(path)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("A copy of a directory has its files, with their bytes and modes, and what links in it lead to")
    func tree() throws {
        let (from, to) = (try makeDirectory("from/data"), try makeDirectory("to"))
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try Data(large).write(to: URL(fileURLWithPath: "\(from)/large"))
        try directory.write("text", to: "from/empty name")
        try directory.write("", to: "from/data/nothing")
        #expect(chmod("\(from)/large", 0o755) == 0)
        #expect(symlink("data/large", "\(directory.path)/from/link") == 0)
        #expect(symlink("nowhere", "\(directory.path)/from/dangling") == 0)
        #expect(mkfifo("\(from)/fifo", 0o600) == 0)
        let target = CopyTarget(to)
        for piece in try pieces("\(directory.path)/from") { try target.write(piece) }
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: to).sorted() == [
                "data", "data/large", "data/nothing", "empty name", "link",
            ]
        )
        for name in ["data/large", "link"] {
            #expect(FileManager.default.contents(atPath: "\(to)/\(name)") == Data(large))
            #expect(access("\(to)/\(name)", X_OK) == 0)
        }
        #expect(try String(contentsOfFile: "\(to)/empty name", encoding: .utf8) == "text")
        // Foundation loses memory when it reads an empty file.
        #expect(try FileManager.default.attributesOfItem(atPath: "\(to)/data/nothing")[.size] as? Int == 0)
    }

    @Test("A copy of a file has the file's name, and no directory")
    func file() throws {
        let path = try directory.write("text", to: "libx.so")
        #expect(try pieces(path) == [.file(path: "libx.so", isExecutable: false), .bytes(Array("text".utf8))])
    }

    @Test("A copy ends with an error if links lead back, or if there is too much")
    func limits() throws {
        let from = try makeDirectory("from")
        #expect(symlink("..", "\(from)/up") == 0)
        #expect(throws: PluginError.self) { try pieces(directory.path) }
        let path = try directory.write("12345", to: "file")
        var limits = ArchiveLimits()
        limits.bytes = 4
        #expect(throws: PluginError.self) { try pieces(path, limits: limits) }
        limits.bytes = 5
        #expect(try pieces(path, limits: limits).count == 2)
        #expect(throws: PluginError.self) { try pieces("\(directory.path)/nowhere") }
    }

    @Test("A copy is written below its directory only", arguments: ["../x", "/x", "", "a/../../x"])
    func outside(path: String) throws {
        let target = CopyTarget(try makeDirectory("to"))
        #expect(throws: PluginError.self) { try target.write(.file(path: path, isExecutable: false)) }
        #expect(throws: PluginError.self) { try target.write(.directory(path: path)) }
    }
}
