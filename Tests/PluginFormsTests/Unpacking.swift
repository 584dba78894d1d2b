import Foundation
import PluginForms
import PluginLoading
import Support

/// A directory that an archive is unpacked to, inside of one that shows what got out.
struct Unpacking {
    let outer: TemporaryDirectory
    let inner: String
    let archive: String

    init(_ bytes: [UInt8]) throws {
        outer = try TemporaryDirectory()
        inner = "\(outer.path)/inner"
        archive = "\(outer.path)/archive"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        try Data(bytes).write(to: URL(fileURLWithPath: archive))
        // What a link that leads out might reach.
        try outer.write("secret", to: "secret")
    }

    /// The error's text; nil if all was unpacked.
    func run(_ limits: ArchiveLimits = ArchiveLimits()) -> String? {
        do throws(PluginError) {
            try Extraction.unpack(archive, to: inner, limits: limits)
            return nil
        } catch {
            return error.message
        }
    }

    func text(_ name: String) -> String? { try? String(contentsOfFile: "\(inner)/\(name)", encoding: .utf8) }

    /// What is not as it was outside of the inner directory, and the links in it that lead out.
    var escapes: [String] {
        get throws {
            let files = FileManager.default
            var found = try files.contentsOfDirectory(atPath: outer.path).filter {
                !["inner", "archive", "secret"].contains($0)
            }
            if try String(contentsOfFile: "\(outer.path)/secret", encoding: .utf8) != "secret" {
                found.append("secret")
            }
            let root = URL(fileURLWithPath: inner).resolvingSymlinksInPath().path
            for name in try files.subpathsOfDirectory(atPath: inner) {
                guard let real = realpath("\(inner)/\(name)", nil) else { continue }
                defer { free(real) }
                let path = String(cString: real)
                if path != root, !path.hasPrefix(root + "/") { found.append(name) }
            }
            return found
        }
    }
}
