import Support
import Testing

/// Plugins in C under the real launcher: what every function of mpifutures.h does, to the character.
@Suite("The C interface")
struct CInterfaceTests {
    static let expected = Result { try PackageFiles.text(of: "Tests/Fixtures/cinterface/expected.txt") }

    @Test("The C interface does the same with threads")
    func threads() async throws {
        let launcher = try BuildProducts.path(of: "mpifutures")
        let result = try await runProcess(launcher, [CPlugin.whole.value, "one"], deadline: .after(.seconds(60)))
        #expect(result.status == .exited(0), "\(result)")
        #expect(CPlugin.normalized(result.stdout.text) == (try Self.expected.get()))
        #expect(result.stderr.text == "")
    }

    @Test("The C interface does the same with processes")
    func processes() async throws {
        let result = try await mpiexec(n: 3, BuildProducts.path(of: "mpifutures"), [CPlugin.whole.value, "one"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(CPlugin.normalized(result.stdout.text) == (try Self.expected.get()))
        #expect(result.stderr.text == "")
        #expect(result.leftovers.isEmpty)
    }

    @Test("The C interface reads and writes no memory that is not its own, and gives all of it back")
    func sanitized() async throws {
        var libraries: [String] = []
        for name in ["libasan.so", "libubsan.so"] {
            libraries.append(try await runProcess("cc", ["-print-file-name=\(name)"]).stdout.lines.first ?? "")
        }
        // A compiler without the library gives back the bare name.
        try #require(libraries.allSatisfy { $0.hasPrefix("/") }, "the address sanitizer is not installed")
        let directory = try TemporaryDirectory()
        // What a process needs until its very end is not given back.
        let exempt = try directory.write("leak:SignalStack\nleak:CurrentTask\n", to: "exempt")
        let result = try await runProcess(
            BuildProducts.path(of: "mpifutures"),
            [CPlugin.sanitized.value, "one"],
            environment: [
                "LD_PRELOAD": libraries.joined(separator: " "),
                // Under the sanitizer the loader does not see who asks for the library.
                "LD_LIBRARY_PATH": BuildProducts.directory,
                "ASAN_OPTIONS": "detect_leaks=1",
                "LSAN_OPTIONS": "suppressions=\(exempt):print_suppressions=0",
                "UCX_MEM_MMAP_HOOK_MODE": "none",
            ],
            deadline: .after(.seconds(120))
        )
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stderr.text == "")
        #expect(CPlugin.normalized(result.stdout.text) == (try Self.expected.get()))
    }

    @Test("The C interface lets C call Swift, and Swift call C", arguments: [nil, 3])
    func mixed(n: Int?) async throws {
        let launcher = try BuildProducts.path(of: "mpifutures")
        let plugin = try await CPlugin.mixed.value
        let result =
            if let n { try await mpiexec(n: n, launcher, [plugin]) } else {
                try await runProcess(launcher, [plugin], environment: ["MPIFUTURES_MAX_WORKERS": "2"])
            }
        #expect(result.status == .exited(0), "\(result)")
        #expect(
            CPlugin.normalized(result.stdout.text) == (try PackageFiles.text(of: "Tests/Fixtures/cinterface/mixed.txt"))
        )
    }
}
