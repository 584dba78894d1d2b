// The squares of 1000 numbers in ten pieces, of which one fails, and the sum of the others. The same job is here in six
// languages: see examples/README.md.
//
//     mpiexec -n 3 mpifutures ./libsquares.so

import Glibc
import MPIFutures

/// The squares of some numbers, none of which may be negative.
struct SquarePiece: RemoteCallable {
    struct Negative: Error, CustomStringConvertible {
        let description: String
    }

    var numbers: [Double]

    func callAsFunction() throws -> [Double] {
        if let x = numbers.first(where: { $0 < 0 }) { throw Negative(description: "\(x) is negative") }
        return numbers.map { $0 * $0 }
    }
}

@main struct Squares: MPIProgram {
    static func run() throws {
        let pieces = 10
        let length = 100
        var numbers = (0..<pieces * length).map(Double.init)
        numbers[450] = -450

        try MPIPoolExecutor.with { executor in
            let futures = try (0..<pieces).map { piece in
                try executor.submit(SquarePiece(numbers: Array(numbers[piece * length..<(piece + 1) * length])))
            }
            var sum = 0.0
            for (piece, future) in futures.enumerated() {
                do {
                    sum += try future.result().reduce(0, +)
                } catch {
                    print("piece \(piece) failed")
                    "\(error)\n".withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
                }
            }
            print("the others have the sum \(Int(sum))")
        }
    }
}
