import Glibc
import MPIFutures

/// Says on which hosts its calls were made. The first argument is the scene, `run` if there is none.
@main struct Places: MPIProgram {
    static func run() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let scene = arguments.first ?? "run"
        let options = scene == "on" ? ExecutorOptions(mpiInfo: ["hosts": arguments.last ?? ""]) : ExecutorOptions()
        try MPIPoolExecutor.with(maxWorkers: scene == "on" ? 6 : nil, options: options) { executor in
            switch scene {
            case "wait":
                print("begun")
                fflush(stdout)
                _ = try executor.map({ Nap(number: $0, seconds: 100) }, 0..<executor.workerCount).array()
            case "twice":
                try MPIPoolExecutor.with { other in
                    print(try describe(other))
                    print(try describe(executor))
                }
            case "pauses": try makePauses(executor)
            case "losses": try makeLosses(executor, calls: Int(arguments.dropFirst().first ?? "") ?? 200)
            case "share": try share(executor)
            case "end":
                _ = try executor.submit(End(how: arguments.last ?? "")).result()
            default:
                print(try describe(executor))
            }
        }
        if scene == "exit" || arguments.last == "exit" { exit(7) }
    }

    /// Makes calls after pauses, in which dispatcher and workers begin to sleep, and then has workers look at the sleep
    /// of the ranks that own them.
    private static func makePauses(_ executor: MPIPoolExecutor) throws {
        let count = 40
        var hosts = Set<String>()
        var times: [Duration] = []
        for number in 0..<count {
            usleep(20_000)
            let begin = ContinuousClock.now
            hosts.insert(try executor.submit(Nap(number: number, seconds: 0)).result())
            times.append(ContinuousClock.now - begin)
        }
        print("\(count) calls after pauses on \(hosts.sorted().joined(separator: " "))")
        print("median \(times.sorted()[count / 2])")
        // A link may take a while on a busy machine.
        var counts: [Int] = []
        for _ in 0..<10 {
            counts = try executor.map({ _ in WakeUps(seconds: 1) }, 0..<executor.workerCount).array()
            if counts.allSatisfy({ $0 < 100 }) { break }
        }
        print("ranks woke up \(counts) times a second")
    }

    /// Makes calls while hosts may be lost: each odd one is made once at most. Each call leaves its number in the file
    /// that `MADE` names, if it names one.
    private static func makeLosses(_ executor: MPIPoolExecutor, calls: Int) throws {
        print("begun with \(executor.workerCount) workers")
        fflush(stdout)
        let once = CallOptions(retries: RetryPolicy.none)
        let futures = try (0..<calls).map { number in
            try number.isMultiple(of: 2)
                ? executor.submit(Step(number: number)) : executor.submit(Step(number: number), options: once)
        }
        var (right, lost, causes) = (0, 0, Set<String>())
        for (number, future) in futures.enumerated() {
            do {
                guard try future.result() == number * number else { continue }
                right += 1
            } catch let error as RemoteError where error.end == .lost && !number.isMultiple(of: 2) {
                lost += 1
                causes.insert("on \(error.host): \(error.message)")
            }
        }
        print("\(right) right and \(lost) lost of \(calls)")
        for cause in causes.sorted() { print(cause) }
        let hosts = try executor.map({ Nap(number: $0, seconds: 0.05) }, 0..<4 * executor.workerCount).array()
        print("left are \(Set(hosts).sorted().joined(separator: " "))")
    }

    /// Says in how many files the workers have a shared value.
    private static func share(_ executor: MPIPoolExecutor) throws {
        let numbers = try executor.broadcast([Double](repeating: 1.5, count: 100_000))
        var files: [String: String] = [:]
        // A worker that is slow may have none of the first calls.
        while files.count < executor.workerCount {
            let calls = try executor.map({ _ in FileOfShared(numbers: numbers) }, 0..<executor.workerCount)
            for place in try calls.array() { files[place.process] = place.file }
        }
        print("\(files.count) workers have the value in \(Set(files.values).count) files")
    }

    private static func describe(_ executor: MPIPoolExecutor) throws -> String {
        let hosts = try executor.map({ Nap(number: $0, seconds: 0.1) }, 0..<8 * executor.workerCount).array()
        return "\(executor.workerCount) workers on \(Set(hosts).sorted().joined(separator: " "))"
    }
}

/// Sleeps, and returns the name of its host.
struct Nap: RemoteCallable {
    let number: Int
    let seconds: Double

    func callAsFunction() -> String {
        usleep(UInt32(seconds * 1e6))
        return hostName()
    }
}

/// Takes a moment, and returns the square of its number.
struct Step: RemoteCallable {
    let number: Int

    func callAsFunction() -> Int {
        if let path = getenv("MADE") {
            let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            defer { close(file) }
            let line = "\(number)\n"
            _ = line.withCString { write(file, $0, strlen($0)) }
        }
        usleep(getenv("STEP").flatMap { UInt32(String(cString: $0)) } ?? 10_000)
        return number * number
    }
}

/// Returns how often the threads of the parent process, the rank that owns this worker, wake up in a while.
struct WakeUps: RemoteCallable {
    let seconds: Double

    func callAsFunction() -> Int {
        let begin = Self.count()
        usleep(UInt32(seconds * 1e6))
        return Self.count() - begin
    }

    private static func count() -> Int {
        let tasks = "/proc/\(getppid())/task"
        guard let directory = opendir(tasks) else { return -1 }
        defer { closedir(directory) }
        var sum = 0
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { name in
                String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let file = fopen("\(tasks)/\(name)/status", "r") else { continue }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 256)
            while fgets(&line, CInt(line.count), file) != nil {
                let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                guard text.hasPrefix("voluntary_ctxt_switches:") else { continue }
                sum += text.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0
            }
        }
        return sum
    }
}

/// Checks a shared array, and returns where it lies.
struct FileOfShared: RemoteCallable {
    let numbers: Shared<[Double]>

    struct Place: Codable {
        let process: String
        /// The host, and the number of the file there; the process if the array is in memory of its own.
        let file: String
    }

    func callAsFunction() throws -> Place {
        usleep(10_000)
        let address = try numbers.withSpan { span in
            precondition(span.count == 100_000 && span[0] == 1.5 && span[span.count - 1] == 1.5)
            return span.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        }
        // Hosts may have the same name, and number their processes alike.
        var space = stat()
        stat("/proc/self/ns/pid", &space)
        let process = "\(hostName()) \(space.st_ino) \(getpid())"
        return Place(process: process, file: Self.file(at: address).map { "\(hostName()) \($0)" } ?? process)
    }

    /// Returns the number of the file that is mapped at an address; nil if none is.
    private static func file(at address: UInt) -> String? {
        guard let maps = fopen("/proc/self/maps", "r") else { return nil }
        defer { fclose(maps) }
        var line = [CChar](repeating: 0, count: 1024)
        while fgets(&line, CInt(line.count), maps) != nil {
            let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            let fields = text.split(whereSeparator: \.isWhitespace)
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard fields.count >= 5, ends.count == 2, ends[0] <= address, address < ends[1] else { continue }
            return fields[4] == "0" ? nil : String(fields[4])
        }
        return nil
    }
}

/// Ends its process.
struct End: RemoteCallable {
    let how: String

    func callAsFunction() -> Int {
        if how == "killed" { kill(getpid(), SIGKILL) }
        exit(3)
    }
}

private func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count)
    return name.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
