// The Mandelbrot set as text, each line printed when it has arrived and its turn has come.
//
//     mpiexec -n 17 mpifutures ./libmandelbrot.so

import MPIFutures

/// What is to be seen: the part of the plane from -2.1 to 0.9 and from 1.2 down to -1.2, in so many characters.
struct View: Codable {
    var columns = 75
    var rows = 30
}

/// One call: draws one line on a worker.
struct MandelbrotLine: RemoteCallable {
    var view: View
    var row: Int

    func callAsFunction() -> String {
        let im = 1.2 * Double(view.rows - 2 * row - 1) / Double(view.rows)
        let line = (0..<view.columns).map { column in
            character(-2.1 + 3 * (Double(column) + 0.5) / Double(view.columns), im)
        }
        return String(line)
    }

    /// The more steps a point takes to leave the disc of radius 2, the denser the character.
    private func character(_ re: Double, _ im: Double) -> Character {
        var (x, y) = (0.0, 0.0)
        for steps in 1...10_000 {
            (x, y) = (x * x - y * y + re, 2 * x * y + im)
            if x * x + y * y > 4 { return Self.shades.first { steps <= $0.steps }?.character ?? "#" }
        }
        return "@"
    }

    private static let shades: [(steps: Int, character: Character)] = [
        (2, " "), (3, "."), (4, ":"), (6, "-"), (10, "="), (22, "+"), (62, "*"),
    ]
}

@main struct Mandelbrot: MPIProgram {
    static func run() async throws {
        let view = View()
        try await MPIPoolExecutor.with { executor in
            let lines = try executor.map({ MandelbrotLine(view: view, row: $0) }, 0..<view.rows)
            for try await line in lines { print(line) }
        }
    }
}
