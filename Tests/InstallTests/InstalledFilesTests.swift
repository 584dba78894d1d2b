import Foundation
import Support
import Testing

/// What `make install` puts in place for users besides programs and libraries, and that it comes and goes as one.
@Suite("Installed files", .serialized)
struct InstalledFilesTests {
    static let all = [
        "bin/mpifutures", "include/mpifutures.f90", "include/mpifutures.h", "include/mpifutures.hpp",
        "lib/libMPIFutures.so", "lib/libMPIFutures.so.0.2", "lib/libMPIFutures.so.0.2.0", "lib/mpifutures/runtime",
        "lib/mpifutures/swift", "lib/pkgconfig/mpifutures.pc",
        "share/bash-completion/completions/mpifutures",
        "share/fish/vendor_completions.d/mpifutures.fish", "share/man/man1/mpifutures.1",
        "share/modulefiles/mpifutures/0.2.0",
        "share/zsh/site-functions/_mpifutures",
    ]

    @Test(
        "Installed files are all there after 'make install'; 'make uninstall' takes them, and keeps what is not its own"
    )
    func comeAndGo() async throws {
        let installation = try await Installation()
        #expect(try installation.files() == Self.all)
        let foreign = "lib/mpifutures/libmodule.so"
        try "".write(toFile: "\(installation.prefix)/\(foreign)", atomically: true, encoding: .utf8)
        try await installation.make("uninstall")
        #expect(try installation.files() == [foreign])
    }

    @Test("Installed files go below DESTDIR, and speak of no place but their own")
    func staged() async throws {
        let installation = try await Installation()
        let stage = try TemporaryDirectory()
        let variables = ["DESTDIR=\(stage.path)/stage", "PREFIX=/opt/mpi"]
        try await installation.make("install", variables[0], variables[1])
        #expect(try Installation.files(below: stage.path) == Self.all.map { "stage/opt/mpi/\($0)" })
        let description = try String(
            contentsOfFile: "\(stage.path)/stage/opt/mpi/lib/pkgconfig/mpifutures.pc",
            encoding: .utf8
        )
        #expect(description.contains("prefix=${pcfiledir}/../..\n"))
        #expect(!description.contains(stage.path))
        try await installation.make("uninstall", variables[0], variables[1])
        #expect(try Installation.files(below: stage.path) == [])
    }

    @Test("Installed files have one version: that of the header, the launcher and the library's name")
    func version() async throws {
        let installation = try await Installation()
        let header = try String(contentsOfFile: "\(installation.prefix)/include/mpifutures.h", encoding: .utf8)
        let version = try #require(header.firstMatch(of: /define MPIFUTURES_VERSION "((\d+)\.(\d+)\.(\d+))"/)).output
        let number = try #require(header.firstMatch(of: /define MPIFUTURES_VERSION_NUMBER (\d+)/)).1
        let parts = [version.2, version.3, version.4].compactMap { Int($0) }
        #expect(Int(number) == parts[0] * 10_000 + parts[1] * 100 + parts[2])
        #expect(try await installation.run("mpifutures --version", in: "/").stdout.text == "mpifutures \(version.1)\n")
        // What a program that was linked against this version looks for, whatever other versions come later.
        let soname = "\(installation.prefix)/lib/libMPIFutures.so.\(parts[0]).\(parts[1])"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: soname) == "libMPIFutures.so.\(version.1)")
    }

    @Test("Installed files tell of every option and variable that --help tells of")
    func complete() async throws {
        let installation = try await Installation()
        let help = try await installation.run("mpifutures --help", in: "/").stdout.text
        let options = help.matches(of: /(?:\n  |, )(--?[a-z]+(?:-[a-z]+)*)/).map { String($0.1) } + ["-c", "-f"]
        let variables = help.matches(of: /(?m)^  (MPIFUTURES_[A-Z_]+)/).map { String($0.1) }
        #expect(options.count > 30 && !variables.isEmpty)
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: "\(installation.prefix)/share/\(name)", encoding: .utf8)
        }
        let manual = try text("man/man1/mpifutures.1")
        let (bash, zsh) = try (text("bash-completion/completions/mpifutures"), text("zsh/site-functions/_mpifutures"))
        let fish = try text("fish/vendor_completions.d/mpifutures.fish")
        for option in options {
            let name = option.drop { $0 == "-" }
            #expect(manual.contains("\n.It Fl \(option.dropFirst())"), "\(option)")
            #expect(bash.contains(" \(option) ") || bash.contains(" \(option)'") || bash.contains("'\(option) "))
            #expect(zsh.contains("\(option)["), "\(option)")
            #expect(fish.contains(" -\(name.count == 1 ? "s" : "l") \(name) "), "\(option)")
        }
        // That one is for tests.
        for variable in variables where variable != "MPIFUTURES_THREAD_LEVEL" {
            #expect(manual.contains(".It Ev \(variable)\n"), "\(variable)")
        }
        let version = try await installation.run("mpifutures --version", in: "/").stdout.text
        #expect(manual.contains(".Os \(version)"))
    }

    @Test("Installed files make a manual page that troff has nothing to say against")
    func manual() async throws {
        let installation = try await Installation()
        guard try await runProcess("sh", ["-c", "command -v groff"]).status == .exited(0) else {
            try Test.cancel("groff is not installed")
        }
        let page = "\(installation.prefix)/share/man/man1/mpifutures.1"
        let result = try await runProcess("groff", ["-mdoc", "-ww", "-Tascii", "-P-cbou", page])
        #expect(result.status == .exited(0))
        #expect(result.stderr.text == "")
        #expect(result.stdout.text.contains("run calls on the processes of an MPI job"))
    }
}
