import Errands
import Glibc
import MPIFutures

/// A program whose workers do not load it, and which would not serve.
///
///     loads calls DIRECTORY …             all kinds of calls; the directories are for the option `path`
///     loads outside                       calls and an initializer that no worker can find
///     loads replaced FILE DIRECTORY …     a call whose library is replaced by a file before it is made
@main struct Loads {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments[0] {
        case "calls": try makeCalls(arguments.dropFirst())
        case "outside": try callOutside()
        case "replaced":
            let library = "\(directory)/liberrands.so"
            guard unlink(library) == 0, arguments[1].isEmpty || rename(arguments[1], library) == 0 else { exit(65) }
            try makeOne(arguments.dropFirst(2))
        default: exit(64)
        }
    }

    private static var directory: String {
        guard let path = realpath("/proc/self/exe", nil) else { return "" }
        defer { free(path) }
        return String(cString: path).split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    }

    private static func options(_ path: some Sequence<String>) -> ExecutorOptions {
        ExecutorOptions(globals: ["factor": 3], arguments: ["an argument"], path: Array(path), loadsMain: false)
    }

    private static func makeCalls(_ path: some Sequence<String>) throws {
        try MPIPoolExecutor.with(maxWorkers: 2, initializer: Prepare(7), options: options(path)) { executor in
            print(try executor.submit(Where(master: "loads")).result())
            print(try executor.map(Square.init, 0..<1000).array().reduce(0, +))
            print(try executor.map(Square.init, 0..<1000, chunkSize: 1).array().reduce(0, +))
            print(try executor.submit(Lengths(of: ["a", "bc"])).result())
            print(try executor.submit(Prepared()).result(), try submitHidden(to: executor).result())
            print(try executor.submit(CTask("square_root", 16.0, returning: Double.self)).result())
        }
    }

    private static func makeOne(_ path: some Sequence<String>) throws {
        try MPIPoolExecutor.with(maxWorkers: 1, options: options(path)) { executor in
            do { print(try executor.submit(Where(master: "loads")).result()) } catch { print(error) }
        }
    }

    private static func callOutside() throws {
        try MPIPoolExecutor.with(maxWorkers: 1, options: options([])) { executor in
            report { try executor.submit(Inside()).result() }
            report { try executor.map({ (_: Int) in Inside() }, 0..<2).next() ?? 0 }
            report { try executor.submit(CTask("time", returning: Int.self)).result() }
            report { try executor.submit(CTask("no_such_task", returning: Int.self)).result() }
            report { try executor.submit(Square(5)).result() }
        }
        report { try MPIPoolExecutor(maxWorkers: 1, initializer: Inside(), options: options([])).workerCount }
        report { try ThreadPoolExecutor(maxWorkers: 1, options: options([])).submit(Inside()).result() }
    }

    private static func report(_ body: () throws -> Int) {
        do { print(try body()) } catch let error as ExecutorError {
            print("\(error.code): \(error.message)")
        } catch {
            print("another error: \(error)")
        }
    }
}

struct Inside: RemoteCallable {
    func callAsFunction() -> Int { 4 }
}
