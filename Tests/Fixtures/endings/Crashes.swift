import Glibc
import MPIFutures

enum CrashKind: String, Codable {
    case trap, segmentationFault, abort, overflow, exit, exitZero
}

/// Ends its process instead of the call.
struct Crash: RemoteCallable {
    var kind: CrashKind

    func callAsFunction() -> Int {
        switch kind {
        case .trap: return [1, 2, 3][kind.rawValue.count]
        case .segmentationFault: return UnsafePointer<Int>(bitPattern: 64)?.pointee ?? 0
        case .abort: Glibc.abort()
        case .overflow: return descend(1)
        case .exit: Glibc.exit(5)
        case .exitZero: Glibc.exit(0)
        }
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

/// Is killed, and leaves a program behind that ends only when the job has.
struct Orphan: RemoteCallable {
    func callAsFunction() -> Bool {
        let script = "while kill -0 \(getppid()); do sleep 0.05; done </dev/null >/dev/null 2>&1 &"
        run(["sh", "-c", script])
        return kill(getpid(), SIGKILL) == 0
    }

    private func run(_ words: [String]) {
        let arguments = words.map { strdup($0) } + [nil]
        var process: pid_t = 0
        guard posix_spawnp(&process, words[0], nil, nil, arguments, environ) == 0 else { return }
        waitpid(process, nil, 0)
    }
}

extension Endings {
    static func orphan() throws { print(try MPIPoolExecutor().submit(Orphan()).result()) }

    /// KIND: a task ends its worker.
    static func crash(_ arguments: [String]) throws {
        guard let kind = CrashKind(rawValue: arguments[0]) else { throw Refusal(reason: "no kind \(arguments)") }
        print("the result is \(try MPIPoolExecutor().submit(Crash(kind: kind)).result())")
    }

    /// KIND: the program itself crashes, with workers that serve.
    static func crashHere(_ arguments: [String]) throws {
        guard let kind = CrashKind(rawValue: arguments[0]) else { throw Refusal(reason: "no kind \(arguments)") }
        let executor = try MPIPoolExecutor()
        try executor.bootup()
        print("the result is \(Crash(kind: kind)()) with \(executor.workerCount) workers")
    }
}
