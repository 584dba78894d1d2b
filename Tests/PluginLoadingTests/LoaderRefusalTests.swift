import PluginLoading
import Support
import Testing

/// Complete libraries that the loader refuses, or that lack what a plugin needs.
@Suite("The error of a library that the loader refuses", .ownThread)
struct LoaderRefusalTests {
    private let advice = "which no library provides; link the library that does"

    @Test("The error of a library that the loader refuses names an unresolved symbol")
    func anUnresolvedSymbolIsNamed() throws {
        let path = try Fixtures.c("void relax(void); int main(void) { relax(); return 0; }", library: "unresolved")
        expectError(path, .unresolvedSymbol, "it needs the symbol 'relax', \(advice)")
    }

    @Test("The error of a library that the loader refuses demangles an unresolved Swift symbol")
    func anUnresolvedSwiftSymbolIsDemangled() throws {
        let source = "void $s4grid5relaxyySiF(void); int main(void) { $s4grid5relaxyySiF(); return 0; }"
        expectError(
            try Fixtures.c(source, library: "unresolvedSwift"),
            .unresolvedSymbol,
            "it needs the symbol 'grid.relax(Swift.Int) -> ()' ($s4grid5relaxyySiF), \(advice)"
        )
    }

    @Test("The error of a library that the loader refuses demangles an unresolved C++ symbol")
    func anUnresolvedCXXSymbolIsDemangled() throws {
        let source = "void _ZN4grid5relaxEi(int); int main(void) { _ZN4grid5relaxEi(1); return 0; }"
        expectError(
            try Fixtures.c(source, library: "unresolvedCXX"),
            .unresolvedSymbol,
            "it needs the symbol 'grid::relax(int)' (_ZN4grid5relaxEi), \(advice)"
        )
    }

    @Test("The error of a library that the loader refuses names a missing dependency")
    func aMissingDependencyIsNamed() throws {
        _ = try Fixtures.c("void relax(void) {}", library: "absent")
        let path = try Fixtures.c(
            "void relax(void); int main(void) { relax(); return 0; }",
            library: "dependent",
            options: ["-shared", "-fPIC", "-L\(Fixtures.directory)", "-labsent"]
        )
        expectError(
            path,
            .missingDependency,
            "it needs the library 'libabsent.so', which the loader does not find; "
                + "add its directory to LD_LIBRARY_PATH, or link with -rpath"
        )
    }

    @Test("The error of a library that the loader refuses passes on any other reason of the loader")
    func anotherReasonIsTheLoadersOwn() throws {
        var bytes = try Fixtures.bytes(of: Fixtures.smallLibrary.get())
        // No segment is to be loaded any more: PT_LOAD (1) becomes PT_LOPROC.
        let table = 64
        let count = Int(bytes[56])
        for entry in 0..<count where bytes[table + 56 * entry] == 1 { bytes[table + 56 * entry + 3] = 0x70 }
        let path = try Fixtures.file("unloadable.so", bytes)
        expectError(path, .loaderRefused, "object file has no loadable segments")
    }

    @Test("The error of a library that the loader refuses tells how to add a main to a library without one")
    func aLibraryWithoutMainSaysHowToGetOne() throws {
        let plugin = try Plugin.load(path: Fixtures.c("int answer = 42;", library: "mainless"))
        expectNoMain(plugin)
        #expect(try plugin.symbol("answer").load(as: Int32.self) == 42)
    }

    @Test("The error of a library that the loader refuses does not take data called main for a function")
    func aMainThatIsDataIsNoMain() throws {
        expectNoMain(try Plugin.load(path: Fixtures.c("int main = 42;", library: "dataMain")))
    }

    @Test("The error of a library that the loader refuses tells a function from data")
    func aFunctionIsToldFromData() throws {
        let source = "int answer = 42; int square(int x) { return x * x; }"
        let plugin = try Plugin.load(path: Fixtures.c(source, library: "functions"))
        typealias Square = @convention(c) (Int32) -> Int32
        #expect(unsafeBitCast(try plugin.function("square"), to: Square.self)(12) == 144)
        expectNoSymbol("its symbol 'answer' is not a function", of: plugin) { try plugin.function("answer") }
    }

    @Test("The error of a library that the loader refuses does not take the main of a dependency")
    func aMainOfADependencyDoesNotCount() throws {
        _ = try Fixtures.c("void relax(void) {} int main(void) { return 0; }", library: "hasMain")
        let path = try Fixtures.c(
            "void relax(void); void step(void) { relax(); }",
            library: "usesMain",
            options: ["-shared", "-fPIC", "-L\(Fixtures.directory)", "-lhasMain", "-Wl,-rpath,$ORIGIN"]
        )
        let plugin = try Plugin.load(path: path)
        expectNoMain(plugin)
        expectNoSymbol(
            "it defines no symbol 'relax'; Swift functions are exported with `@_cdecl(\"relax\")`",
            of: plugin
        ) {
            try plugin.symbol("relax")
        }
        _ = try plugin.symbol("step")
    }

    @Test("The error of a library that the loader refuses looks for a name without a slash in the current directory")
    func aNameWithoutASlashIsAFileOfTheCurrentDirectory() throws {
        _ = try Fixtures.smallLibrary.get()
        let elsewhere = ["LD_LIBRARY_PATH": Fixtures.directory]
        #expect(
            try host([["load", "libsmall.so"]], environment: elsewhere, directory: "/") == [
                "error: cannot load 'libsmall.so': no such file"
            ]
        )
        #expect(try host([["run", "libsmall.so", "a", "b"]], directory: Fixtures.directory) == ["returned 2"])
    }

    private func expectNoSymbol(
        _ reason: String,
        of plugin: Plugin,
        sourceLocation: SourceLocation = #_sourceLocation,
        lookUp: () throws -> UnsafeMutableRawPointer
    ) {
        let message = "cannot load '\(plugin.path)': \(reason)"
        let expected = PluginError(code: .noSymbol, path: plugin.path, problem: message)
        #expect(throws: expected, sourceLocation: sourceLocation) { try lookUp() }
    }

    private func expectNoMain(_ plugin: Plugin, sourceLocation: SourceLocation = #_sourceLocation) {
        let message =
            "cannot load '\(plugin.path)': it has no `main`; mark the program's type with `@main` and compile it with "
            + "`swiftc -parse-as-library -emit-library`, or define `int main` in C"
        let expected = PluginError(code: .noMain, path: plugin.path, problem: message)
        #expect(throws: expected, sourceLocation: sourceLocation) { try plugin.entryPoint }
    }
}
