// The Julia set of z -> z*z + c, one scan line a call, as a grey picture in PGM.
//
//     mpiexec -n 17 mpifutures ./libjulia.so [--size WIDTHxHEIGHT] [--constant RE,IM] [FILE]
//
// The lines alone, without the program: mpiexec -n 17 mpifutures --raw -c 'julia.JuliaLine(row: 0..<960)'

import Glibc
import MPIFutures

struct Complex: Codable, Sendable {
    var re: Double
    var im: Double
}

/// What is to be seen: the part of the plane from -2 to 2 and from 1.5 down to -1.5, in so many points.
struct Picture: Codable, Sendable {
    var width = 1280
    var height = 960
    var c = Complex(re: 0, im: 0.65)
}

/// One call: computes one line of a picture on a worker.
struct JuliaLine: RemoteCallable {
    var row: Int
    /// Without one it is the usual picture, so that `julia.JuliaLine(row: 480)` is a whole call on a command line.
    var picture: Picture?

    /// A byte a point: 255 less the number of steps in which the point leaves the disc of radius 3.
    func callAsFunction() -> [UInt8] {
        let picture = picture ?? Picture()
        let (dx, dy) = (4 / Double(picture.width), 3 / Double(picture.height))
        let im = 1.5 - Double(row) * dy
        return (0..<picture.width).map { column in
            brightness(of: Complex(re: -2 + Double(column) * dx, im: im), c: picture.c)
        }
    }

    private func brightness(of start: Complex, c: Complex) -> UInt8 {
        var z = start
        var steps: UInt8 = 255
        while steps > 1, hypot(z.re, z.im) < 3 {
            z = Complex(
                re: z.re * z.re - z.im * z.im + c.re,
                im: z.re * z.im + z.im * z.re + c.im
            )
            steps -= 1
        }
        return steps
    }
}

@main struct Julia: MPIProgram {
    static func run() throws {
        let options = try Options(CommandLine.arguments.dropFirst())
        let picture = options.picture
        let file = try OutputFile(options.file)
        try file.write(Array("P5 \(picture.width) \(picture.height) 255\n".utf8))
        try MPIPoolExecutor.with { executor in
            let lines = try executor.map({ JuliaLine(row: $0, picture: picture) }, 0..<picture.height)
            while let line = try lines.next() { try file.write(line) }
        }
        try file.close()
    }
}
