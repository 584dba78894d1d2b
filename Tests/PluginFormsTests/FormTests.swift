import Foundation
import PluginLoading
import Support
import Testing

@testable import PluginForms

@Suite("The form of a plugin")
struct FormTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ bytes: [UInt8], to name: String) throws -> String {
        let path = "\(directory.path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("The form of a plugin is an archive by its name or by its first bytes")
    func archives() throws {
        var tar = TarArchive()
        tar.add("a")
        var zip = ZipArchive()
        zip.add("a", content: [1])
        let contents: [[UInt8]] = [
            tar.bytes, zip.bytes, [0x1F, 0x8B, 8], Array("BZh9".utf8), [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 1],
            [0x28, 0xB5, 0x2F, 0xFD], [0x04, 0x22, 0x4D, 0x18], Array("PK\u{5}\u{6}".utf8),
        ]
        for (number, bytes) in contents.enumerated() {
            let path = try write(bytes, to: "archive-\(number)")
            #expect(try PluginForm.of(path: path) == .archive(path: path))
        }
        for name in ["x.tar", "x.tar.gz", "x.tgz", "x.zip", "x.tar.zst"] {
            let path = try write([], to: name)
            #expect(try PluginForm.of(path: path) == .archive(path: path))
        }
    }

    @Test("The form of a plugin is a library, for the loader to say more of it, if it is nothing else")
    func libraries() throws {
        // What tells a tar file stands at its place only.
        for (number, bytes) in [[], Array("ustar".utf8), [0x7F, 0x45, 0x4C, 0x46], Array("BZ".utf8)].enumerated() {
            let path = try write(bytes, to: "library-\(number).so")
            #expect(try PluginForm.of(path: path) == .library(path: path))
        }
        for path in ["/no/such/lib.so", "/dev/null"] {
            #expect(try PluginForm.of(path: path) == .library(path: path))
        }
    }

    @Test("The form of a plugin is a script by its name, whether it is there or not, and whatever it begins with")
    func scripts() throws {
        for path in [try write(Array("BZhello()".utf8), to: "x.swift"), "/no/such/file.swift"] {
            #expect(try PluginForm.of(path: path) == .script(path: path))
        }
    }

    @Test("The form of a plugin is a directory, which has to have a library")
    func directories() throws {
        #expect(throws: PluginError.self) { try PluginForm.of(path: directory.path) }
        _ = try write([], to: "__main__.so")
        #expect(try PluginForm.of(path: directory.path) == .directory(path: directory.path))
    }

    @Test("The form of a plugin is kept in place only where it is")
    func keeping() throws {
        #expect(!PrivateDirectory.keep("/no/such/directory/files"))
        #expect(!PrivateDirectory.keep("files"))
        let other = try PrivateDirectory(in: directory.path)
        #expect(PrivateDirectory.keep(other.path))
        other.remove()
    }
}
