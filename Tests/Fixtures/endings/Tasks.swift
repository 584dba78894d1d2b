import Glibc
import MPIFutures

struct Nap: RemoteCallable {
    var milliseconds: UInt32

    func callAsFunction() -> UInt32 {
        usleep(milliseconds * 1000)
        return milliseconds
    }
}

/// Leaves a file, and then takes its time.
struct Trace: RemoteCallable {
    var path: String
    var milliseconds: UInt32

    func callAsFunction() -> Bool {
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        close(descriptor)
        usleep(milliseconds * 1000)
        return descriptor >= 0
    }
}

/// An error that travels as itself.
struct Typed: Error, Codable {
    var code: Int
}

struct Fail: RemoteCallable {
    var isTyped: Bool

    func callAsFunction() throws -> Int {
        throw isTyped ? Typed(code: 7) as any Error : Refusal(reason: "not today")
    }
}

/// Writes lines in many small parts.
struct Lines: RemoteCallable {
    var number: Int

    func callAsFunction() -> Bool {
        for line in 0..<200 {
            for part in 0..<20 { print("\(number)-\(line)-\(part)", terminator: " ") }
            print("end")
        }
        return true
    }
}

extension Endings {
    /// Prints how many workers the program has, and a second executor of its own; and that these are other processes.
    static func countProcesses() throws {
        let shared = try MPIPoolExecutor()
        let own = try ProcessPoolExecutor(maxWorkers: 3)
        let calls = (0..<200).map { _ in ProcessID() }
        let here = Set(try shared.map(calls).array())
        let there = Set(try own.map(calls).array())
        print(shared.workerCount, own.workerCount, here.isDisjoint(with: there), !there.contains(getpid()))
    }
}

struct ProcessID: RemoteCallable {
    func callAsFunction() -> Int32 { getpid() }
}
