import Support
import Testing

@testable import PluginLoading

/// A worker's search for the build of a library that its master has.
@Suite("A build of a library", .ownThread)
struct LibraryBuildTests {
    /// Files of one name in several directories, each of another build.
    private static let copies = Result {
        try ["a", "b", "c"].map { folder in
            let options = ["-shared", "-fPIC", "-DVALUE='\(folder)'", "-Wl,--build-id=sha1"]
            let made = try Fixtures.c(
                "int main(void) { return VALUE; }",
                library: "copy-\(folder)",
                options: options
            )
            return try Fixtures.file("copies/\(folder)/libcopy.so", Fixtures.bytes(of: made))
        }
    }

    private func directory(_ path: String) -> String { String(path.dropLast("/libcopy.so".count)) }

    private func load(_ build: LibraryBuild, from directories: [String]) throws -> String {
        do throws(PluginError) {
            return try build.load(from: directories).path
        } catch {
            return error.message
        }
    }

    @Test("A build of a library is found among other builds")
    func theRightBuildIsFoundAmongOthers() throws {
        let paths = try Self.copies.get()
        let build = LibraryBuild(identity: try ELFImage(path: paths[1]).identity, path: "/nowhere/libcopy.so")
        #expect(try load(build, from: ["/nowhere", directory(paths[0]), directory(paths[1])]) == paths[1])
        let own = LibraryBuild(identity: try ELFImage(path: paths[2]).identity, path: paths[2])
        #expect(try load(own, from: [directory(paths[0])]) == paths[2])
    }

    @Test("A build of a library names the first of other builds if its own file is missing")
    func theFirstOfOtherBuildsIsNamedIfTheFileItselfIsMissing() throws {
        let paths = try Self.copies.get()
        let build = LibraryBuild(identity: ImageIdentity(bytes: [1, 2]), path: "/nowhere/libcopy.so")
        let message = try load(build, from: [directory(paths[0]), directory(paths[1])])
        #expect(message.hasPrefix("'\(paths[0])' is another build ("))
        #expect(message.contains("than the master's (0102)"))
        #expect(try load(build, from: []) == "cannot load '/nowhere/libcopy.so': no such file")
    }

    @Test("A build of a library reports the fault of its own file rather than other builds")
    func whatIsWrongWithTheFileItselfCountsMore() throws {
        let paths = try Self.copies.get()
        let other = LibraryBuild(identity: ImageIdentity(bytes: [1, 2]), path: paths[2])
        #expect(try load(other, from: [directory(paths[0])]).hasPrefix("'\(paths[2])' is another build ("))
        let text = try Fixtures.file("copies/text/libcopy.so", "text".utf8)
        let broken = LibraryBuild(identity: ImageIdentity(bytes: [1, 2]), path: text)
        #expect(try load(broken, from: [directory(paths[0])]).hasPrefix("cannot load '\(text)': it is a text file"))
    }

    @Test("A build of a library travels as exactly two texts")
    func itsTextIsTwoTextsAndNoMore() throws {
        let build = LibraryBuild(identity: ImageIdentity(bytes: [1, 0xAB]), path: "/a b/lib#x@y.so")
        #expect(build.wireText == "01ab\0/a b/lib#x@y.so")
        #expect(LibraryBuild(wireText: build.wireText) == build)
        for text in ["", "01ab", "01ab\0/p\0", "\0/p", "01a\0/p", "01AB\0/p"] {
            #expect(LibraryBuild(wireText: text) == nil, "\(text.debugDescription)")
        }
    }

    @Test("A build of a library is read back whatever its file is called")
    func aPlaceIsReadBackWhateverTheFileIsCalled() throws {
        for name in ["libx.so", "", "a#b.so", "a@b.so", "a@00#1@b#c.so"] {
            let place = try #require(PlaceName("\(name)@01ab#7"), "\(name)")
            #expect(place.imageName == name)
            #expect(place.identity == ImageIdentity(bytes: [1, 0xAB]))
            #expect(place.index == 7)
            #expect(place.description == "\(name)@01ab#7")
        }
    }
}
