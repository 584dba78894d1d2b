import Glibc
import MPIFutures

/// A program whose first argument says what it does, and how it ends.
@main struct Endings: MPIProgram {
    static func run() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let scene = arguments.first else { return }
        if scene == "comm executors" { return try await useCommExecutors() }
        try play(scene, Array(arguments.dropFirst()))
    }

    private static func play(_ scene: String, _ arguments: [String]) throws {
        switch scene {
        case "arguments": CommandLine.arguments.forEach { print($0) }
        case "exit": exit(status(arguments))
        case "leave": try leave(arguments)
        case "throw": try throwError(arguments)
        case "throw inside": try throwInside(arguments)
        case "callbacks": try leaveToCallbacks(arguments)
        case "exit in a callback": try exitInCallback()
        case "output": try writeOutput(arguments)
        case "lines": try writeLines()
        case "long lines": try writeLongLines(arguments)
        case "last line": try writeLastLines(arguments)
        case "blocked errors": try blockErrors(arguments)
        case "idle": try wait()
        case "busy": try wait { try queueNaps(on: $0, 20, milliseconds: 60_000) }
        case "crash": try crash(arguments)
        case "crash here": try crashHere(arguments)
        case "orphan": try orphan()
        case "errors": try reportErrors()
        case "workers": print(try MPIPoolExecutor().workerCount)
        case "processes": try countProcesses()
        case "world": try meetOnWorld()
        case "libraries": printLibraries()
        case "own files": try printOwnFiles()
        case "directories": try printDirectories()
        case "memory": try needMemory()
        default: throw Refusal(reason: "no scene '\(scene)'")
        }
    }
}

/// An error without any more to it.
struct Refusal: Error, CustomStringConvertible {
    let reason: String
    var description: String { "refused: \(reason)" }
}

extension Endings {
    static func status(_ arguments: [String]) -> Int32 { arguments.first.flatMap { Int32($0) } ?? 0 }

    /// Queues tasks that sleep.
    static func queueNaps(on executor: MPIPoolExecutor, _ count: Int, milliseconds: UInt32) throws {
        for _ in 0..<count { _ = try executor.submit(Nap(milliseconds: milliseconds)) }
    }

    /// Queues 20 tasks, each of which leaves a file in `folder`, and waits until the first has.
    static func queueTraces(on executor: MPIPoolExecutor, in folder: String, milliseconds: UInt32) throws {
        for index in 0..<20 {
            _ = try executor.submit(Trace(path: "\(folder)/\(index)", milliseconds: milliseconds))
        }
        while access("\(folder)/0", F_OK) != 0 { usleep(1000) }
    }
}

// MARK: - Endings with work still to do

extension Endings {
    /// STATUS FOLDER MILLISECONDS: calls `exit` with most of the tasks still queued.
    private static func leave(_ arguments: [String]) throws {
        let executor = try MPIPoolExecutor()
        try queueTraces(on: executor, in: arguments[1], milliseconds: UInt32(arguments[2]) ?? 0)
        exit(status(arguments))
    }

    /// FOLDER: an error leaves the program, and with it the only reference to the executor.
    private static func throwError(_ arguments: [String]) throws {
        let executor = try MPIPoolExecutor()
        try queueTraces(on: executor, in: arguments[0], milliseconds: 500)
        throw Refusal(reason: "enough")
    }

    /// FOLDER: the same, out of the executor's own scope.
    private static func throwInside(_ arguments: [String]) throws {
        try MPIPoolExecutor.with { executor in
            try queueTraces(on: executor, in: arguments[0], milliseconds: 500)
            throw Refusal(reason: "enough")
        }
    }

    /// COUNT: leaves while callbacks are still to come, each of which prints a line.
    private static func leaveToCallbacks(_ arguments: [String]) throws {
        let executor = try MPIPoolExecutor()
        for index in 0..<(Int(arguments[0]) ?? 0) {
            try executor.submit(Nap(milliseconds: 5)).whenDone { _ in print("callback \(index)") }
        }
    }

    private static func exitInCallback() throws {
        let executor = try MPIPoolExecutor()
        try executor.submit(Nap(milliseconds: 5)).whenDone { _ in exit(3) }
        sleep(60)
    }
}

// MARK: - Endings from outside

extension Endings {
    /// Prints this process's ID as soon as the workers serve, and waits to be ended.
    private static func wait(_ prepare: (MPIPoolExecutor) throws -> Void = { _ in }) throws {
        let executor = try MPIPoolExecutor()
        try executor.bootup()
        try prepare(executor)
        usleep(50_000)
        print("process \(getpid())")
        fflush(stdout)
        sleep(60)
    }
}

// MARK: - What there is to see

extension Endings {
    /// What goes wrong in a task, as it arrives.
    private static func reportErrors() throws {
        let executor = try MPIPoolExecutor()
        let typed = try executor.submit(Fail(isTyped: true))
        do { _ = try typed.result() } catch let error as Typed { print("typed: \(error.code)") }
        print("its place: \(typed.remoteError.map { "\($0)" } ?? "unknown")")
        do { _ = try executor.submit(Fail(isTyped: false)).result() } catch let error as RemoteError {
            print("untyped: \(error)")
        }
    }

    private static func printLibraries() {
        guard let file = fopen("/proc/self/maps", "r") else { return }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        while getline(&line, &capacity, file) > 0 {
            guard let line else { continue }
            let path = String(cString: line).split(separator: " ").last.map { $0.dropLast() } ?? ""
            if path.contains("libMPIFutures") { print(path) }
        }
        free(line)
    }
}
