// Calls that do everything wrong, and the run that survives them.
//
//     mpifutures --isolate on ./libcrash.so [CALLS [EVERY]]
//
// One call in EVERY ends its worker process in one of six ways, never ends, or needs ever more memory. Every other call
// has its result.

import Glibc
import MPIFutures

/// One call: the square of a number, or an end of the process.
struct Square: RemoteCallable {
    enum Fault: Int, CaseIterable, Codable {
        case segmentationFault, abort, trap, exit, immediateExit, kill, endlessLoop, endlessAllocation
    }

    var number: Int
    var fault: Fault?

    func callAsFunction() -> Int {
        switch fault {
        case .segmentationFault: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = number
        case .abort: Glibc.abort()
        case .trap: fatalError("this call traps")
        case .exit: Glibc.exit(3)
        case .immediateExit: _exit(0)
        case .kill: Glibc.kill(getpid(), SIGKILL)
        case .endlessLoop: while true {}
        case .endlessAllocation: useMemory()
        case nil: break
        }
        return number * number
    }

    /// Uses more and more memory.
    private func useMemory() {
        var arrays: [[UInt8]] = []
        while true { arrays.append([UInt8](repeating: 1, count: 1 << 24)) }
    }

    /// The limits of the call, which end what would never end by itself.
    var options: CallOptions {
        CallOptions(
            timeLimit: fault == .endlessLoop ? .seconds(0.1) : nil,
            memoryLimit: fault == .endlessAllocation ? 256 << 20 : nil
        )
    }
}

@main struct Crash: MPIProgram {
    static func run() throws {
        let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let (count, every) = (words.first ?? 1000, words.count > 1 ? words[1] : 100)
        let kinds = Square.Fault.allCases
        let squares = (0..<count).map { number in
            let isFault = number % every == every / 2
            return Square(number: number, fault: isFault ? kinds[number / every % kinds.count] : nil)
        }
        try MPIPoolExecutor.with { executor in
            var (right, failed) = (0, 0)
            let futures = try squares.map { try executor.submit($0, options: $0.options) }
            for (number, future) in futures.enumerated() {
                do {
                    if try future.result() == number * number { right += 1 }
                } catch let error as RemoteError {
                    failed += 1
                    if failed <= kinds.count { print("call \(number) \(error.message)") }
                }
            }
            print("\(right) right, \(failed) failed")
        }
    }
}
