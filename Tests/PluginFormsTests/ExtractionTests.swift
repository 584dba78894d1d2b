import Foundation
import PluginForms
import Support
import Testing

@Suite("An archive", .ownThread)
struct ExtractionTests {
    private let content = Array("content".utf8)

    @Test("An archive gives its files, directories and links, and only the permission to execute")
    func everything() throws {
        var tar = TarArchive()
        tar.add("a/", .directory)
        tar.add("a/program", content: content, mode: 0o6777)
        tar.add("./a/b/deep", content: content, mode: 0o644)
        tar.add("a/link", .symbolicLink, link: "b/deep")
        tar.add("a/b/up", .symbolicLink, link: "../program")
        tar.add("same", .hardLink, link: "a/program")
        let unpacking = try Unpacking(tar.bytes)
        #expect(unpacking.run() == nil)
        for name in ["a/program", "a/b/deep", "a/link", "a/b/up", "same"] { #expect(unpacking.text(name) == "content") }
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(unpacking.inner)/a/program")
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        #expect(try unpacking.escapes == [])
    }

    @Test("An archive may have names that are not ASCII, in tar and in zip")
    func names() throws {
        var tar = TarArchive()
        tar.add("näme", content: content)
        var zip = ZipArchive()
        zip.add("näme", content: content)
        for bytes in [tar.bytes, zip.bytes] {
            let unpacking = try Unpacking(bytes)
            #expect(unpacking.run() == nil)
            #expect(unpacking.text("näme") == "content")
        }
    }

    @Test("An archive may have an entry twice: the second counts, and a link is replaced, not followed")
    func twice() throws {
        var tar = TarArchive()
        tar.add("target", content: content)
        tar.add("name", .symbolicLink, link: "target")
        tar.add("name", content: Array("second".utf8))
        let unpacking = try Unpacking(tar.bytes)
        #expect(unpacking.run() == nil)
        #expect(unpacking.text("name") == "second")
        #expect(unpacking.text("target") == "content")
    }

    /// Each entry tries to get out, or to be what no plugin needs.
    static let hostileEntries: [(name: String, kind: TarArchive.Kind, link: String)] = [
        ("../evil", .file, ""), ("/evil", .file, ""), ("a/../../evil", .file, ""), ("a/..", .directory, ""),
        ("link", .symbolicLink, "/etc"), ("link", .symbolicLink, ".."), ("a/link", .symbolicLink, "../.."),
        ("link", .symbolicLink, "a/../../secret"), ("link", .symbolicLink, "." + "./secret"),
        ("link", .hardLink, "../secret"), ("link", .hardLink, "/etc/passwd"), ("link", .hardLink, "nothing"),
        ("link", .hardLink, "link"), ("device", .characterDevice, ""), ("fifo", .fifo, ""), ("..", .file, ""),
    ]

    @Test("An archive with an entry that leads out, or is no file, is refused", arguments: hostileEntries)
    func hostile(entry: (name: String, kind: TarArchive.Kind, link: String)) throws {
        var tar = TarArchive()
        tar.add("fine", content: content)
        tar.add(entry.name, entry.kind, link: entry.link, content: entry.kind == .file ? content : [])
        let unpacking = try Unpacking(tar.bytes)
        let message = unpacking.run()
        #expect(message?.hasPrefix("cannot load '\(unpacking.archive)': ") == true, "\(message ?? "unpacked")")
        #expect(message?.contains("\n") == false)
        #expect(try unpacking.escapes == [])
    }

    @Test("An archive cannot write through a link that it has brought")
    func throughLinks() throws {
        var tar = TarArchive()
        tar.add("d/", .directory)
        tar.add("d/up", .symbolicLink, link: "..")
        tar.add("up", .symbolicLink, link: "d/up")
        tar.add("up/x/evil", content: content)
        let unpacking = try Unpacking(tar.bytes)
        #expect(unpacking.run()?.contains("is no directory") == true)
        #expect(try unpacking.escapes == [])
    }

    @Test("An archive that is larger than allowed is refused, by what it states and by what it has")
    func limits() throws {
        var limits = ArchiveLimits()
        limits.bytes = 3 << 20
        limits.entries = 5
        var tar = TarArchive()
        tar.add("large", content: [], statedSize: 4 << 20)
        #expect(try Unpacking(tar.bytes).run(limits)?.contains("more than 3 MiB") == true)
        tar = TarArchive()
        for index in 0..<4 { tar.add("\(index)", content: [UInt8](repeating: 0, count: 1 << 20)) }
        #expect(try Unpacking(tar.bytes).run(limits)?.contains("more than 3 MiB") == true)
        tar = TarArchive()
        for index in 0..<6 { tar.add("\(index)") }
        #expect(try Unpacking(tar.bytes).run(limits)?.contains("more than 5 entries") == true)
    }

    @Test("An archive counts the directories that it needs and does not name")
    func impliedDirectories() throws {
        var limits = ArchiveLimits()
        limits.entries = 10
        var tar = TarArchive()
        tar.add("a/b/c/d/e/f/g/h/i/file")
        #expect(try Unpacking(tar.bytes).run(limits) == nil)
        tar.add("x/", .directory)
        #expect(try Unpacking(tar.bytes).run(limits)?.contains("more than 10 entries") == true)
        // Named ones count once.
        tar = TarArchive()
        for depth in 1...10 { tar.add(String(repeating: "a/", count: depth), .directory) }
        #expect(try Unpacking(tar.bytes).run(limits) == nil)
        // An entry that lies in nothing new counts too, as it takes time.
        tar.add("./", .directory)
        #expect(try Unpacking(tar.bytes).run(limits)?.contains("more than 10 entries") == true)
    }

    @Test("An archive makes nothing for the target of a hard link, which has the limits of every path")
    func linkTargets() throws {
        var limits = ArchiveLimits()
        (limits.pathLength, limits.depth) = (20, 4)
        for (target, reason) in [
            ("a/b/c/file", "no directory 'a'"), ("a/b/c/d/file", "more than 4 directories deep"),
            (String(repeating: "x", count: 21), "a path of more than 20 bytes"),
        ] {
            var tar = TarArchive()
            tar.add("link", .hardLink, link: target)
            let unpacking = try Unpacking(tar.bytes)
            #expect(unpacking.run(limits)?.contains(reason) == true, "\(target)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: unpacking.inner) == [], "\(target)")
        }
        for name in ["a/b/c/d/file", String(repeating: "x", count: 21)] {
            var tar = TarArchive()
            tar.add(name)
            #expect(try Unpacking(tar.bytes).run(limits) != nil, "\(name)")
        }
    }

    @Test("An archive may be as large as is allowed, to the byte and to the entry")
    func exactLimits() throws {
        var limits = ArchiveLimits()
        limits.bytes = 20
        limits.entries = 3
        limits.pathLength = 10
        var tar = TarArchive()
        tar.add("a", content: [UInt8](repeating: 1, count: 13))
        tar.add("b", content: [UInt8](repeating: 2, count: 7))
        tar.add("0123456789", content: [])
        let unpacking = try Unpacking(tar.bytes)
        #expect(unpacking.run(limits) == nil)
        // Foundation leaks a page for an empty file that it reads.
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(unpacking.inner)/0123456789")
        #expect(attributes[.size] as? Int == 0)
        limits.bytes = 19
        #expect(try Unpacking(tar.bytes).run(limits)?.contains("more than 0 MiB") == true)
        limits = ArchiveLimits()
        limits.pathLength = 9
        let message = try Unpacking(tar.bytes).run(limits)
        #expect(message?.contains("0123456789") == true, "\(message ?? "unpacked")")
    }

    @Test("An archive that is cut off or changed anywhere is refused or unpacked, and nothing gets out")
    func damaged() throws {
        var random = SeededGenerator()
        var tar = TarArchive()
        var zip = ZipArchive()
        for index in 0..<4 {
            let bytes = (0..<(700 * index)).map { _ in UInt8.random(in: 0...255, using: &random) }
            tar.add("d\(index % 2)/f\(index)", content: bytes)
            tar.add("l\(index)", .symbolicLink, link: "d0/f0")
            zip.add("d\(index % 2)/f\(index)", content: bytes)
        }
        for round in 0..<300 {
            var bytes = round.isMultiple(of: 2) ? tar.bytes : zip.bytes
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let unpacking = try Unpacking(bytes)
            let message = unpacking.run()
            #expect(message?.contains("\n") != true, "seed \(random.seed), round \(round)")
            #expect(try unpacking.escapes == [], "seed \(random.seed), round \(round)")
        }
    }

    @Test("An archive made of random entries never gets out", arguments: 0..<20)
    func randomEntries(round: Int) throws {
        var random = SeededGenerator()
        let names = ["a", "b", "a/b", "b/a", "a/b/c", "c", "../c", "a/../b", "/d", ".", "a/.."]
        let targets = names + ["..", "../..", "a/..", "b/../..", "../secret", "a/b/../../..", "/", ""]
        let kinds: [TarArchive.Kind] = [.file, .hardLink, .symbolicLink, .directory]
        var tar = TarArchive()
        for _ in 0..<12 {
            let kind = kinds.randomElement(using: &random) ?? .file
            let isLink = kind == .hardLink || kind == .symbolicLink
            tar.add(
                names.randomElement(using: &random) ?? "a",
                kind,
                link: isLink ? targets.randomElement(using: &random) ?? "" : "",
                content: kind == .file ? content : []
            )
        }
        let unpacking = try Unpacking(tar.bytes)
        _ = unpacking.run()
        #expect(try unpacking.escapes == [], "seed \(random.seed)")
    }
}
