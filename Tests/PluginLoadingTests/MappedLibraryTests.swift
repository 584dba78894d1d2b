@testable import PluginLoading
import Support
import Testing

/// Counting the copies of a library in a process.
@Suite("A mapped library", .ownThread)
struct MappedLibraryTests {
    @Test("A mapped library counts once for all of its segments")
    func segmentsOfOneFileAreOneCopy() {
        let maps = """
            7f00-7f01 r--p 00000000 08:01 42     /opt/my lib/libjulia.so
            7f01-7f02 r-xp 00001000 08:01 42     /opt/my lib/libjulia.so
            7f03-7f04 rw-p 00002000 08:02 42     /other/libjulia.so (deleted)
            7f05-7f06 rw-p 00000000 00:00 0
            7f06-7f07 r--p 00000000 08:01 43     /opt/libjulia.so.1
            7f08-7f09 rw-p 00000000 00:00 0      [heap]
            """
        let paths = MappedLibrary.copies(of: "libjulia.so", inMaps: maps).map(\.path)
        #expect(paths == ["/opt/my lib/libjulia.so", "/other/libjulia.so"])
    }

    @Test("A mapped library is the standard library once in this process")
    func thisProcessHasOneStandardLibrary() {
        #expect(MappedLibrary.copies(of: "libswiftCore.so").count == 1)
        #expect(MappedLibrary.copies(of: "libnone.so").isEmpty)
    }
}
