import Foundation
import Support
import Testing

/// `make install`, and the README's program built and run against what it has put in place.
@Suite("Installation", .serialized)
struct InstallTests {
    @Test("The README's program, built by the README's command, runs as a plugin and as a program")
    func readme() async throws {
        let installation = try await Installation()
        let readme = try Readme()
        let directory = try TemporaryDirectory()
        try directory.write(readme.program, to: "primes.swift")
        let output = "78498 primes below a million\n"

        // As a plugin, with processes and with threads.
        let command = try readme.command("swiftc -O -parse-as-library -emit-library ")
        try await installation.build(command, in: directory.path)
        let job = try await mpiexec(
            n: 3,
            installation.launcher,
            ["./libprimes.so"],
            workingDirectory: directory.path
        )
        #expect(job.status == .exited(0), "\(job)")
        #expect(job.stdout.text == output)
        let alone = try await runProcess(
            installation.launcher,
            ["./libprimes.so"],
            workingDirectory: directory.path
        )
        #expect(alone.status == .exited(0), "\(alone)")
        #expect(alone.stdout.text == output)

        // The same source as a program: it finds the library by itself.
        let programCommand = command.replacingOccurrences(of: "-emit-library ", with: "")
            .replacingOccurrences(of: "libprimes.so", with: "primes")
        try await installation.build(programCommand, in: directory.path)
        let program = try await runProcess("\(directory.path)/primes")
        #expect(program.status == .exited(0), "\(program)")
        #expect(program.stdout.text == output)
    }

    @Test("A process that runs a plugin has one copy of the library")
    func oneCopy() async throws {
        let installation = try await Installation()
        let directory = try TemporaryDirectory()
        let source = """
            import Glibc
            import MPIFutures

            struct MappedCopies: RemoteCallable {
                func callAsFunction() -> [String] { mappedCopies() }
            }

            /// The files called libMPIFutures.so, and a version, that this process has mapped.
            func mappedCopies() -> [String] {
                let file = fopen("/proc/self/maps", "r")!
                var paths: Set<String> = []
                var line = [CChar](repeating: 0, count: 8192)
                while fgets(&line, CInt(line.count), file) != nil {
                    let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 10 }, as: UTF8.self) }
                    if text.contains("/libMPIFutures.so"), let path = text.split(separator: " ").last {
                        paths.insert(String(path))
                    }
                }
                fclose(file)
                return paths.sorted()
            }

            @main struct Copies: MPIProgram {
                static func run() throws {
                    try MPIPoolExecutor.with { executor in
                        for copies in try [mappedCopies(), executor.submit(MappedCopies()).result()] {
                            print(copies.joined(separator: " "))
                        }
                    }
                }
            }
            """
        try directory.write(source, to: "copies.swift")
        try await installation.build(
            "swiftc -parse-as-library -emit-library copies.swift -o libcopies.so "
                + "$(pkg-config --cflags --libs mpifutures)",
            in: directory.path
        )
        let result = try await mpiexec(n: 2, installation.launcher, ["\(directory.path)/libcopies.so"])
        #expect(result.status == .exited(0), "\(result)")
        let library = "\(installation.prefix)/lib/libMPIFutures.so.0.2.0"
        #expect(result.stdout.lines == [library, library])
    }

    @Test("The same flags build plugins and programs in C, in C++ and in Swift")
    func languages() async throws {
        let installation = try await Installation()
        let directory = try TemporaryDirectory()
        try directory.write(TwiceProgram.source, to: "twice.c")
        let flags = "$(pkg-config --cflags --libs mpifutures)"
        for compiler in ["cc", "c++ -x c++", "clang"] {
            let line = "\(compiler) -shared -fPIC twice.c -o libtwice.so \(flags)"
            try await installation.build(line, in: directory.path)
            let result = try await mpiexec(n: 2, installation.launcher, ["\(directory.path)/libtwice.so"])
            #expect(result.stdout.text == "42\n", "\(compiler): \(result)")
        }
        // A program by itself, whose tasks are its own functions.
        try await installation.build("cc -rdynamic twice.c -o twice \(flags)", in: directory.path)
        let program = try await runProcess("\(directory.path)/twice")
        #expect(program.status == .exited(0), "\(program)")
        #expect(program.stdout.text == "42\n")
    }
}
