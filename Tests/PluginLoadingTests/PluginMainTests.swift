import PluginLoading
import Support
import Testing

/// A plugin's program runs as if it had been started alone.
@Suite("A plugin's program", .ownThread)
struct PluginMainTests {
    private let arguments = ["./libtypes.so", "-n", "two words", "", "Größe", "--help"]

    @Test("A plugin's program gets its arguments and returns its status in C")
    func cReceivesTheArgumentsAndReturnsItsStatus() throws {
        let library = try Fixtures.smallLibrary.get()
        #expect(try host([["run", library, "program", "a", "b"]]) == ["returned 3"])
    }

    /// A program may keep `argv`; this one looks at what it kept when it is run again.
    @Test("A plugin's program has arguments that outlive the call")
    func theArgumentsOutliveTheCall() throws {
        let source = """
            #include <string.h>
            static char **kept;
            int main(int argc, char **argv) {
                if (kept) return !strcmp(kept[0], "first") && !strcmp(kept[1], "second") && !kept[2];
                kept = argv;
                return 42;
            }
            """
        let library = try Fixtures.c(source, library: "keeper")
        let answers = try host([["run", library, "first", "second"], ["run", library, "other"]])
        #expect(answers == ["returned 42", "returned 1"])
    }

    @Test("A plugin's program ends the process by exit")
    func aProgramThatExitsEndsTheProcess() throws {
        let source = "#include <stdlib.h>\nint main(void) { exit(0); }"
        let answers = try host([["run", Fixtures.c(source, library: "exits"), "program"], ["copies", "libexits.so"]])
        #expect(answers.isEmpty)
    }

    @Test(
        "A plugin's program sees its arguments in Swift even if the launcher has read its own",
        arguments: [[], [["use-arguments"]]]
    )
    func swiftSeesTheArgumentsEvenIfTheLauncherLookedAtItsOwn(before: [[String]]) throws {
        let plugin = try Fixtures.typesPlugin.get()
        let answers = try host(before + [["run", plugin] + arguments])
        #expect(answers.suffix(2) == ["\(arguments) \(arguments.count)", "returned 0"])
    }

    @Test("A plugin's program can be top-level code")
    func topLevelCodeIsAMain() throws {
        let plugin = try Fixtures.scriptPlugin.get()
        let answers = try host([["run", plugin] + arguments])
        #expect(answers == ["\(arguments) \(arguments.count)", "returned 0"])
    }

    @Test("A plugin's program is mapped once if its library is loaded twice")
    func aLibraryThatIsLoadedTwiceIsMappedOnce() throws {
        let library = try Fixtures.smallLibrary.get()
        let other = Fixtures.path("./libsmall.so")
        let answers = try host([["load", library], ["load", other], ["copies", "libsmall.so"]])
        #expect(answers.last == "1")
        #expect(answers[0] == answers[1])
    }

    @Test("A plugin's program counts two copies of its library")
    func twoCopiesOfALibraryAreCounted() throws {
        let library = try Fixtures.smallLibrary.get()
        let copy = try Fixtures.file("copy/libsmall.so", Fixtures.bytes(of: library))
        #expect(try host([["load", library], ["load", copy], ["copies", "libsmall.so"]]).last == "2")
    }
}
