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
            case "end":
                _ = try executor.submit(End(how: arguments.last ?? "")).result()
            default:
                print(try describe(executor))
            }
        }
        if scene == "exit" { exit(7) }
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
