import Glibc
import MPIFutures
import Synchronization

/// A way in which a call does wrong to its process.
enum FaultKind: String, CaseIterable, Codable {
    case segmentationFault, abort, trap, overflow, exitZero, exit, immediateExit, kill
    /// The process survives these.
    case closeDescriptors, overwriteEnvironment
}

/// Does wrong, and returns 1 if its process survives that.
struct Fault: RemoteCallable {
    var kind: FaultKind

    func callAsFunction() -> Int {
        switch kind {
        case .segmentationFault: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case .abort: Glibc.abort()
        case .trap: fatalError("a trap")
        case .overflow: return descend(1)
        case .exitZero: Glibc.exit(0)
        case .exit: Glibc.exit(3)
        case .immediateExit: _exit(4)
        case .kill: Glibc.kill(getpid(), SIGKILL)
        case .closeDescriptors: for descriptor in 3..<CInt(1024) { close(descriptor) }
        case .overwriteEnvironment: clearenv()
        }
        return 1
    }

    /// Not a tail call: it uses the stack until there is no more.
    @inline(never) private func descend(_ depth: Int) -> Int {
        var room = (depth, depth, depth, depth)
        return withUnsafeMutablePointer(to: &room) { room in
            room.pointee.2 += descend(depth + 1)
            return room.pointee.2 + room.pointee.0
        }
    }
}

/// Adds what the initializer, the globals and a shared value of a worker say.
struct WorkerState: RemoteCallable {
    var shared: Shared<Int>

    func callAsFunction() throws -> Int {
        let initialized = Prepare.isDone.load(ordering: .relaxed) ? 100 : 0
        return try initialized + global("ten", as: Int.self) + shared.value
    }
}

/// Writes what a worker's state adds up to, and the sum of its numbers; before that it crashes unless a file is there.
struct CrashWithoutFile: RemoteCallable {
    var file: String
    var state: WorkerState
    var numbers: [Double]

    func callAsFunction() throws -> Int {
        if access(file, F_OK) != 0 { abort() }
        print(try state(), Int(numbers.reduce(0, +)))
        return 0
    }
}

/// Says which process it runs in.
struct ProcessID: RemoteCallable {
    func callAsFunction() -> Int32 { getpid() }
}

/// Writes the number of its process to a file, and never ends.
struct Endless: RemoteCallable {
    var file: String

    func callAsFunction() -> Int {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        withUnsafeBytes(of: getpid()) { _ = write(descriptor, $0.baseAddress, $0.count) }
        while true { pause() }
    }
}

/// Leaves its number in a file, and then ends its process if it is to.
struct Marked: RemoteCallable {
    var number: Int32
    var file: String
    var fault: FaultKind?

    func callAsFunction() -> Int32 {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        withUnsafeBytes(of: number) { _ = write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        if let fault { _ = Fault(kind: fault)() }
        return number &* 7
    }
}

/// Writes to standard error, and ends its process.
struct LastWords: RemoteCallable {
    func callAsFunction() -> Int {
        for number in 1...20 { say("line \(number)\n") }
        say("and no end of line")
        exit(3)
    }

    private func say(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// What a program does with calls that do wrong.
enum Faults {
    /// Prints how a call of each kind ends, and whether the worker that comes next is as it must be.
    static func tryAll() throws {
        let options = ExecutorOptions(globals: ["ten": 10])
        try MPIPoolExecutor.with(maxWorkers: 1, initializer: Prepare(), options: options) { executor in
            let shared = try executor.broadcast(7)
            for kind in FaultKind.allCases {
                let end = describe(Result { try executor.submit(Fault(kind: kind)).result() })
                print("\(kind): \(end), then \(try executor.submit(WorkerState(shared: shared)).result())")
            }
        }
    }

    /// Makes a call that crashes, and that needs all that a worker can have.
    static func saveCall(_ directory: String, _ file: String) throws {
        let options = ExecutorOptions(globals: ["ten": 10], failedCallsDirectory: directory)
        try MPIPoolExecutor.with(maxWorkers: 1, initializer: Prepare(), options: options) { executor in
            let state = WorkerState(shared: try executor.broadcast(7))
            let numbers = (0..<100_000).map { Double($0) }
            let call = CrashWithoutFile(file: file, state: state, numbers: numbers)
            print(describe(Result { try executor.submit(call).result() }))
        }
    }

    static func describe<Value>(_ result: Result<Value, any Error>) -> String {
        do { return "\(try result.get())" } catch let error as RemoteError {
            return error.end.map { "\($0)" } ?? "survived: \(error)"
        } catch {
            return "\(error)"
        }
    }

    /// Kills the process of an idle worker again and again, and then one that runs a call.
    static func killFromOutside(_ file: String) throws {
        try MPIPoolExecutor.with(maxWorkers: 1, options: ExecutorOptions(retries: RetryPolicy.none)) { executor in
            var processes: Set<Int32> = []
            for _ in 0..<5 {
                let process = try executor.submit(ProcessID()).result()
                processes.insert(process)
                // The process is that of the next call until its end is known.
                Glibc.kill(process, SIGKILL)
                while Glibc.kill(process, 0) == 0 { usleep(500) }
            }
            print("\(processes.count) processes")
            let future = try executor.submit(Endless(file: file))
            var process: Int32 = 0
            while process == 0 {
                let descriptor = open(file, O_RDONLY)
                _ = withUnsafeMutableBytes(of: &process) { read(descriptor, $0.baseAddress, $0.count) }
                close(descriptor)
                usleep(500)
            }
            Glibc.kill(process, SIGKILL)
            print(describe(Result { try future.result() }))
            print(try executor.submit(Square(number: 3)).result())
        }
    }

    /// Makes calls of which some, chosen by a seed, end their process; each leaves its number in `file`.
    static func scatter(_ count: Int, _ faultCount: Int, seed: UInt64, _ file: String) throws {
        var seed = seed
        func random(below limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(limit))
        }
        let kinds: [FaultKind] = [.segmentationFault, .abort, .trap, .exitZero, .exit, .immediateExit, .kill]
        var faults: [Int: FaultKind] = [:]
        while faults.count < faultCount { faults[random(below: count)] = kinds[random(below: kinds.count)] }
        try MPIPoolExecutor.with(maxWorkers: 3, options: ExecutorOptions(retries: RetryPolicy.none)) { executor in
            let futures = try (0..<count).map {
                try executor.submit(Marked(number: Int32($0), file: file, fault: faults[$0]))
            }
            var (right, failed) = (0, 0)
            for (number, future) in futures.enumerated() {
                do {
                    let isRight = try future.result() == Int32(number) &* 7
                    if isRight, faults[number] == nil { right += 1 } else { print("call \(number) is wrong") }
                } catch let error as RemoteError {
                    if let fault = faults[number], error.end == end(of: fault) {
                        failed += 1
                    } else {
                        print("call \(number): \(error)")
                    }
                }
            }
            print("\(right) right, \(failed) failed, \(numbers(in: file, count) ? "each made once" : "not each once")")
        }
    }

    private static func end(of kind: FaultKind) -> RemoteError.ProcessEnd? {
        switch kind {
        case .segmentationFault, .overflow: .killed(signal: Int(SIGSEGV))
        case .abort: .killed(signal: Int(SIGABRT))
        case .trap: .killed(signal: Int(SIGILL))
        case .exitZero: .exited(status: 0)
        case .exit: .exited(status: 3)
        case .immediateExit: .exited(status: 4)
        case .kill: .killed(signal: Int(SIGKILL))
        case .closeDescriptors, .overwriteEnvironment: nil
        }
    }

    /// Whether a file has each number below `count` once.
    private static func numbers(in file: String, _ count: Int) -> Bool {
        var numbers = [Int32](repeating: -1, count: count + 1)
        let descriptor = open(file, O_RDONLY)
        defer { close(descriptor) }
        let size = numbers.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        return size == 4 * count && numbers.prefix(count).sorted() == (0..<Int32(count)).map { $0 }
    }

    /// Prints the last lines that a call wrote before it ended its process.
    static func printLastWords() throws {
        try MPIPoolExecutor.with(maxWorkers: 1) { executor in
            guard let error = try executor.submit(LastWords()).error() as? RemoteError else { return print("none") }
            print(error.lastWords)
            let trap = try executor.submit(Fault(kind: .trap)).error() as? RemoteError
            print(
                trap?.lastWords.hasSuffix("Fatal error: a trap") ?? false
                    ? "and the trap's reason" : "\(trap?.lastWords ?? "")"
            )
        }
    }

    /// Prints how an initializer fails that ends its process, and what the executor says then.
    static func failToBegin() throws {
        let executor = try MPIPoolExecutor(maxWorkers: 2, initializer: Fault(kind: .exit))
        let future = Result { try executor.submit(Square(number: 2)).result() }
        do { print(try future.get()) } catch let error as ExecutorError {
            print("\(error.code): \(error.message)")
        }
    }
}
