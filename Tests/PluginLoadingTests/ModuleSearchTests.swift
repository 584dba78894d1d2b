import Foundation
import PluginLoading
import Support
import Testing

/// `-m MODULE` is looked up where the user expects it.
@Suite("The search for a module", .ownThread)
struct ModuleSearchTests {
    @Test("The search for a module takes the module from the earliest place")
    func anEarlierPlaceWins() throws {
        for folder in ["p1", "p2", "e1", "e2", "prefix/lib/mpifutures"] {
            _ = try Fixtures.file("search/\(folder)/libjulia.so", [])
        }
        let base = Fixtures.path("search")
        let search = ModuleSearch(
            paths: ["\(base)/p1", "\(base)/p2/"],
            environmentPath: "\(base)/e1::\(base)/e2",
            prefix: "\(base)/prefix"
        )
        for folder in ["p1", "p2", "e1", "e2", "prefix/lib/mpifutures"] {
            let expected = "\(base)/\(folder)/libjulia.so"
            #expect(try search.locate("julia") == expected)
            try FileManager.default.removeItem(atPath: expected)
        }
        #expect(throws: PluginError.self) { try search.locate("julia") }
    }

    @Test("The search for a module lists every place in the error of a miss")
    func aMissListsEveryPlace() {
        let search = ModuleSearch(paths: ["/a", "b"], environmentPath: ":/c:/d:", prefix: "/usr/local")
        expectMiss(
            search,
            "no module 'julia': there is no libjulia.so in /a (--path), b (--path), the current directory, "
                + "/c (MPIFUTURES_PATH), /d (MPIFUTURES_PATH), /usr/local/lib/mpifutures"
        )
        expectMiss(
            ModuleSearch(paths: [], environmentPath: nil, prefix: nil),
            "no module 'julia': there is no libjulia.so in the current directory; "
                + "name more directories with --path or MPIFUTURES_PATH"
        )
    }

    @Test("The search for a module tells who names the library what its module is called")
    func theNameOfALibraryIsNotThatOfItsModule() throws {
        let base = Fixtures.path("named")
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: "\(base)/libjulia.so", contents: nil))
        expectMiss(
            ModuleSearch(paths: [base], environmentPath: nil, prefix: nil),
            module: "libjulia",
            "no module 'libjulia': there is no liblibjulia.so in \(base) (--path), the current directory; "
                + "the module of libjulia.so is called 'julia'"
        )
    }

    @Test("The search for a module does not take a directory for a module")
    func aDirectoryOfThatNameIsNotAModule() throws {
        let base = Fixtures.path("folders")
        let folder = "\(base)/libjulia.so"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(throws: PluginError.self) {
            try ModuleSearch(paths: [base], environmentPath: nil, prefix: nil).locate("julia")
        }
    }

    @Test(
        "The search for a module refuses an invalid name",
        arguments: [
            ("", "the module's name is empty"),
            ("./julia", "'./julia' is a path, not a module's name; give a path without -m"),
            ("a\u{0}b", "'a\\0b' is not a module's name: it has control characters"),
            ("a\u{7f}b", "'a\\u{7F}b' is not a module's name: it has control characters"),
        ]
    )
    func aNameThatIsNoneIsRefused(name: String, message: String) {
        let expected = PluginError(code: .badModuleName, path: name, problem: message)
        #expect(throws: expected) {
            try ModuleSearch(paths: [], environmentPath: nil, prefix: nil).locate(name)
        }
    }

    private func expectMiss(
        _ search: ModuleSearch,
        module: String = "julia",
        _ message: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let expected = PluginError(code: .moduleNotFound, path: module, problem: message)
        #expect(throws: expected, sourceLocation: sourceLocation) { try search.locate(module) }
    }
}
