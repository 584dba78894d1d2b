import Support
import Testing

/// mpifutures.h by itself, and what the library shows of C.
@Suite("mpifutures.h")
struct HeaderTests {
    @Test(
        "mpifutures.h compiles without a warning",
        arguments: [("c", "-std=c11"), ("c", "-std=c17"), ("c++", "-std=c++17"), ("c++", "-std=c++20")],
        ["cc", "clang"]
    )
    func compiles(language: (name: String, standard: String), compiler: String) async throws {
        let directory = try TemporaryDirectory()
        // Twice: it guards itself.
        let probe = try directory.write("#include <mpifutures.h>\n#include <mpifutures.h>\n", to: "probe")
        let result = try await runProcess(
            compiler,
            [
                "-x", language.name, language.standard, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only",
                "-I", "\(PackageFiles.root)/Sources/CMPIFutures/include", probe,
            ]
        )
        #expect(result.status == .exited(0), "\(result)")
    }

    @Test("mpifutures.h declares all that the library exports to C, and the library defines all that it declares")
    func symbols() async throws {
        let library = try BuildProducts.path(of: "libMPIFutures.so")
        let listing = try await runProcess("nm", ["-D", "--defined-only", library])
        #expect(listing.status == .exited(0), "\(listing)")
        let names = Set(listing.stdout.lines.compactMap { $0.split(separator: " ").last.map(String.init) })
        let exported = names.filter { !$0.hasPrefix("$s") }  // These are Swift's.
        let header = try PackageFiles.text(of: "Sources/CMPIFutures/include/mpifutures.h")
        let declared = Set(header.matches(of: /MPIFUTURES_API [^;(]*?(mpifutures_\w+)\(/).map { String($0.1) })
        #expect(declared.count > 60)
        // The launcher's entry, and the end of a thread, are between the two executables alone; and the library stands in
        // for functions that end a process without a word.
        let undeclared: Set = ["mpifutures_launcher_main", "mpifutures_end_thread", "_exit", "_Exit", "pthread_exit"]
        #expect(exported.subtracting(declared) == undeclared)
        #expect(declared.subtracting(exported) == [])
    }
}
