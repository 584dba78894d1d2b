import Support
import Testing

/// The Julia example as its users run it: the real launcher, the real plugin, a file in the end.
@Suite("Example julia")
struct JuliaTests {
    @Test("Example julia makes the same picture with any number of processes", arguments: [1, 2, 3, 5, 17])
    func samePictureUnderMPI(n: Int) async throws {
        let directory = try TemporaryDirectory()
        try expectQuietSuccess(await Example.julia.run(n: n, workingDirectory: directory.path))
        #expect(try await checksum(of: "\(directory.path)/julia.pgm") == JuliaPicture.sha256)
    }

    @Test("Example julia makes the same picture without mpiexec, in a file of the user's choice")
    func samePictureWithThreads() async throws {
        let directory = try TemporaryDirectory()
        let file = "\(directory.path)/other.pgm"
        try expectQuietSuccess(await Example.julia.run([file]))
        #expect(try await checksum(of: file) == JuliaPicture.sha256)
    }

    @Test("Example julia writes a picture of another size to standard output")
    func standardOutput() async throws {
        let result = try await Example.julia.run(["--size", "40x30", "-"])
        #expect(result.status == .exited(0), "\(result)")
        let header = Array("P5 40 30 255\n".utf8)
        #expect(result.stdout.bytes.starts(with: header))
        #expect(result.stdout.bytes.count == header.count + 40 * 30)
    }

    @Test("Example julia with constant 0 is the disc: a point stays if it lies within the unit circle")
    func constantZero() async throws {
        let result = try await Example.julia.run(["--size", "40x30", "--constant", "0,0", "-"])
        let points = result.stdout.bytes.suffix(40 * 30)
        let isInside = (0..<30).flatMap { row in
            (0..<40).map { column in
                let (x, y) = (-2 + Double(column) * 0.1, 1.5 - Double(row) * 0.1)
                return x * x + y * y < 0.999
            }
        }
        // Where rounding decides, on the circle itself, either is right.
        for (index, isInside) in isInside.enumerated() where isInside {
            #expect(points[points.startIndex + index] == 1, "point \(index % 40), \(index / 40)")
        }
        #expect(points.count { $0 == 1 } < isInside.count { $0 } + 20)
    }

    @Test(
        "Example julia refuses what it does not understand, and says so",
        arguments: [
            (["--size", "12"], "--size is two numbers from 1 to 100000, like 1280x960, not '12'"),
            (["--size"], "--size is two numbers from 1 to 100000, like 1280x960, not ''"),
            (["--constant", "1,x"], "--constant is two numbers, like 0,0.65, not '1,x'"),
            (["--colour"], "there is no option '--colour'"),
            (["a.pgm", "b.pgm"], "more than one file: a.pgm, b.pgm"),
            (["/nowhere/julia.pgm"], "cannot write '/nowhere/julia.pgm': No such file or directory"),
        ]
    )
    func badArguments(arguments: [String], message: String) async throws {
        let result = try await Example.julia.run(arguments)
        #expect(result.status == .exited(1))
        #expect(result.stderr.lines.first == "mpifutures: \(message)")
        #expect(result.stdout.text == "")
    }

    private func expectQuietSuccess(_ result: ProcessResult) throws {
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.text == "")
        #expect(result.stderr.text == "")
        #expect(result.leftovers.isEmpty)
    }

    private func checksum(of file: String) async throws -> String {
        String(try await runProcess("sha256sum", [file]).stdout.text.prefix(64))
    }
}
