@testable import PluginLoading
import Support
import Testing

/// One build is told from another.
@Suite("The identity of an image", .ownThread)
struct ImageIdentityTests {
    @Test("The identity of an image is the build ID of the linker")
    func theBuildIDIsTheLinkers() throws {
        let library = try Fixtures.smallLibrary.get()
        let notes = try run("/usr/bin/env", ["readelf", "-n", library]).output
        let identity = try ELFImage(path: library).identity
        #expect(notes.contains("Build ID: \(identity)\n"), "\(notes)")
        #expect(try Plugin.load(path: library).identity == identity)
    }

    @Test("The identity of an image is a hash of the content without a build ID")
    func withoutABuildIDTheContentCounts() throws {
        let source = "int main(void) { return 0; }"
        let options = ["-shared", "-fPIC", "-Wl,--build-id=none"]
        let path = try Fixtures.c(source, library: "nameless", options: options)
        var hash = ContentHash()
        hash.update(try Fixtures.bytes(of: path))
        #expect(try ELFImage(path: path).identity == ImageIdentity(bytes: hash.bytes))
        let changed = try Fixtures.c("int main(void) { return 1; }", library: "nameless2", options: options)
        #expect(try ELFImage(path: path).identity != ELFImage(path: changed).identity)
    }

    /// The vectors of draft-eastlake-fnv, appendix C.
    @Test(
        "The identity of an image has the FNV-1a hash of the content",
        arguments: [
            ("", "6c62272e07bb014262b821756295c58d"),
            ("a", "d228cb696f1a8caf78912b704e4a8964"),
            ("foobar", "343e1662793c64bf6f0d3597ba446f18"),
        ]
    )
    func theContentHashIsFNV1a(text: String, digits: String) {
        var hash = ContentHash()
        hash.update(text.utf8)
        #expect(ImageIdentity(bytes: hash.bytes).description == digits)
    }

    @Test("The identity of an image can be read back from its description")
    func theDescriptionReadsBack() {
        var generator = SeededGenerator(seed: 7)
        for length in 1...40 {
            let identity = ImageIdentity(bytes: (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
            #expect(ImageIdentity(identity.description) == identity)
        }
        for text in ["", "a", "abc", "AB", "0g", " 00", "é0"] { #expect(ImageIdentity(text) == nil, "\(text)") }
    }

    /// `NT_GNU_BUILD_ID` after another note, with both paddings that linkers use.
    @Test("The identity of an image is found among other notes", arguments: [4, 8])
    func theBuildIDIsFoundAmongOtherNotes(alignment: Int) {
        func note(_ type: UInt8, _ description: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = [4, 0, 0, 0, UInt8(description.count), 0, 0, 0, type, 0, 0, 0, 0x47, 0x4e, 0x55, 0]
            bytes += description
            while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
            return bytes
        }
        let notes = note(5, [1, 2, 3, 4, 5]) + note(3, [9, 8, 7])
        #expect(ImageIdentity(notes: notes, alignment: alignment)?.description == "090807")
        for count in notes.indices.dropLast(8) {
            _ = ImageIdentity(notes: Array(notes[..<count]), alignment: alignment)
        }
        #expect(ImageIdentity(notes: note(5, [1]), alignment: alignment) == nil)
    }
}
