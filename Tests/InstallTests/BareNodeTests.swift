import Foundation
import Support
import Testing

/// What users compiled elsewhere, on a node that has MPI and the installation, and no Swift toolchain.
@Suite(
    "A node without a Swift toolchain",
    .serialized,
    .enabled("directories can be hidden from processes") { try await BareNode.isPossible }
)
struct BareNodeTests {
    @Test("A node without a Swift toolchain runs plugins, calls, commands and programs from a prefix that was moved")
    func runs() async throws {
        let node = try await BareNode()
        let readme = try Readme()
        try node.directory.write(readme.program, to: "primes.swift")
        try node.directory.write(TwiceProgram.source, to: "twice.c")
        let command = try readme.command("swiftc -O -parse-as-library -emit-library ")
        try await node.build(
            command.replacing("primes.swift", with: "\(PackageFiles.root)/examples/julia/*.swift")
                .replacing("libprimes.so", with: "libjulia.so")
        )
        try await node.build(command.replacing("-emit-library ", with: "").replacing("libprimes.so", with: "primes"))
        let flags = "$(pkg-config --cflags --libs mpifutures)"
        try await node.build("cc -shared -fPIC twice.c -o libtwice.so \(flags)")
        try await node.build("cc -rdynamic twice.c -o twice \(flags)")

        let (picture, primes) = ("\(JuliaPicture.sha256)  -\n", "78498 primes below a million\n")
        let cases = [
            ("mpiexec -n 3 mpifutures ./libjulia.so - | sha256sum", picture),
            ("mpifutures --workers 2 ./libjulia.so - | sha256sum", picture),
            ("mpiexec -n 3 mpifutures ./libtwice.so", "42\n"),
            ("mpiexec -n 3 mpifutures -c 'julia.JuliaLine(row: 0..<9)' | wc -l", "9\n"),
            ("mpiexec -n 3 mpifutures -c 'sh(\"echo $1\", each([1, 2]))'", "1\n2\n"),
            ("mpiexec -n 1 ./primes", primes),
            ("./primes", primes),
            ("./twice", "42\n"),
        ]
        for isolation in ["on", "off"] {
            for (line, output) in cases {
                let result = try await node.run(line, isolation: isolation)
                #expect(result.status == .exited(0), "\(isolation): \(line): \(result)")
                #expect(result.stdout.text == output, "\(isolation): \(line): \(result)")
                #expect(result.stderr.text == "", "\(isolation): \(line)")
            }
        }

        // Without what the installation brought there is no runtime: the toolchain is hidden indeed.
        try FileManager.default.removeItem(atPath: node.runtime)
        let without = try await node.run("mpifutures --version")
        #expect(without.status == .exited(127), "\(without)")
        #expect(without.stderr.text.contains("libswift"))
    }

    @Test("The installed Swift runtime is complete, comes with its licence, and has nothing of the system or of MPI")
    func closed() async throws {
        let node = try await BareNode()
        let files = try FileManager.default.contentsOfDirectory(atPath: node.runtime).sorted()
        #expect(files.contains("LICENSE.txt"))
        let libraries = files.filter { $0 != "LICENSE.txt" }
        #expect(libraries.contains("libswiftCore.so"))
        // Plugins that are compiled without -O ask for this one.
        #expect(libraries.contains("libswiftSwiftOnoneSupport.so"))
        #expect(libraries.allSatisfy { !$0.contains("mpi") && !$0.contains("libstdc++") && !$0.hasPrefix("libc.") })
        for file in ["bin/mpifutures", "lib/libMPIFutures.so"] + libraries.map({ "lib/mpifutures/runtime/\($0)" }) {
            let needs = try await node.run("ldd '\(node.prefix)/\(file)'")
            #expect(needs.status == .exited(0), "\(file): \(needs)")
            #expect(!needs.stdout.text.contains("not found"), "\(file): \(needs)")
        }
    }

    @Test("The tarball of 'make dist' has what 'make install' installs, and its launcher runs where it is unpacked")
    func tarball() async throws {
        let node = try await BareNode()
        let staged = "\(node.directory.path)/dist"
        let installation = try await Installation()
        try await installation.make("dist", "DIST=\(staged)")
        let tarballs = try FileManager.default.contentsOfDirectory(atPath: staged).filter { $0.hasSuffix(".tar.gz") }
        let tarball = try #require(tarballs.first)
        #expect(tarballs.count == 1)
        try await node.build("mkdir unpacked && tar -xzf 'dist/\(tarball)' -C unpacked --strip-components=1")
        let unpacked = "\(node.directory.path)/unpacked"
        #expect(
            try Installation.files(below: unpacked).filter { $0 != "LICENSE" } == InstalledFilesTests.all
        )
        let result = try await node.run("mpiexec -n 3 unpacked/bin/mpifutures -c 'sh(\"echo $1\", each([1, 2]))'")
        #expect(result.stdout.text == "1\n2\n", "\(result)")
    }
}
