import Foundation
import Support
import Testing

/// The demo as its users have it: compiled by the line of the README, outside of the sources, with an installed copy.
@Suite("An installed copy", .serialized)
struct JuliaUseTests {
    @Test("An installed copy makes the picture from a library, from a module, and from calls with a header in front")
    func picture() async throws {
        let installation = try await Installation()
        let directory = try TemporaryDirectory()
        let path = directory.path
        let sources = "\(PackageFiles.root)/examples/julia/*.swift"
        let command = try Readme().command("swiftc -O -parse-as-library -emit-library ")
            .replacing("primes.swift", with: sources).replacing("libprimes.so", with: "libjulia.so")
        try await installation.build(command, in: path)
        let sum = "\(JuliaPicture.sha256)  -\n"
        let lines = [
            "mpiexec -n 17 mpifutures ./libjulia.so - | sha256sum",
            "mpiexec -n 17 mpifutures -m julia - | sha256sum",
            "{ printf 'P5 1280 960 255\\n'; mpiexec -n 17 mpifutures --raw -c 'julia.JuliaLine(row: 0..<960)'; } | sha256sum",
        ]
        for line in lines {
            let result = try await installation.run(line, in: path)
            #expect(result.stdout.text == sum, "\(line): \(result)")
            #expect(result.stderr.text == "", "\(line)")
            #expect(result.leftovers.isEmpty, "\(line): \(result)")
        }
        // As JSON each line is a text.
        let json = try await installation.run("mpiexec -n 3 mpifutures -c 'julia.JuliaLine(row: 0..<960)'", in: path)
        #expect(json.stdout.lines.count == 960)
        #expect(json.stdout.lines.allSatisfy { $0.hasPrefix("\"") && $0.hasSuffix("\"") })
        // A module of the installation is found from everywhere.
        try FileManager.default.moveItem(
            atPath: "\(path)/libjulia.so",
            toPath: "\(installation.prefix)/lib/mpifutures/libjulia.so"
        )
        let elsewhere = try await installation.run("mpiexec -n 3 mpifutures -m julia - | sha256sum", in: "/")
        #expect(elsewhere.stdout.text == sum, "\(elsewhere)")
    }
}
