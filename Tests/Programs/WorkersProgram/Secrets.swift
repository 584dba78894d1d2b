import Foundation
import MPIFutures
import Synchronization

/// Prints whether workers get the variables of the options as they are, and who shows a value to everybody meanwhile.
///
/// - Parameter hosts: Where the workers are to be.
func searchForSecrets(hosts: String?) throws {
    let secret = ProcessInfo.processInfo.environment["SECRET"] ?? "none"
    let values = [
        "DB_PASSWORD": secret, "ODD": "'\(secret)'\n\"$HOME\" `id` $(id) \\ \\n =;", "odd.name": "\(secret) 'x'",
        "EMPTY": "",
        "_1": "–",
    ]
    let search = Search(secret)
    var options = ExecutorOptions(environment: values)
    if let hosts { options.mpiInfo = ["hosts": hosts] }
    let executor = try MPIPoolExecutor(maxWorkers: 2, options: options)
    let found = try executor.submit(Variables(names: values.keys.sorted())).result()
    print(found.values == values.keys.sorted().map { values[$0] } ? "right" : "\(found.values)")
    // What the relay proves itself with.
    let proof = found.mark.split(separator: ":").dropFirst().first.map { [String($0)] } ?? []
    let shown = search.end() + proof.flatMap(processes(showing:))
    print(shown.isEmpty ? "nobody" : "\(shown)")
    executor.shutdown()
}

/// The variables that a worker has, and the mark that it was started with.
struct Variables: RemoteCallable {
    struct Found: Codable {
        let values: [String?]
        let mark: String
    }

    let names: [String]

    func callAsFunction() throws -> Found {
        let initial = try Data(contentsOf: URL(fileURLWithPath: "/proc/self/environ"))
        let entries = initial.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let mark = entries.first { $0.hasPrefix("MPIFUTURES_WORKER=") } ?? ""
        return Found(values: names.map { getenv($0).map { String(cString: $0) } }, mark: mark)
    }
}

/// Looks at the arguments of all processes again and again.
private final class Search: Sendable {
    private let state = Mutex<(isOver: Bool, found: [String])>((false, []))
    private let thread = DispatchSemaphore(value: 0)

    init(_ text: String) {
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isOver }) {
                let found = processes(showing: text)
                state.withLock { $0.found += found }
            }
            thread.signal()
        }
    }

    func end() -> [String] {
        state.withLock { $0.isOver = true }
        thread.wait()
        return state.withLock { $0.found }
    }
}

/// The arguments of all processes that have a text in them.
private func processes(showing text: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { Int($0) != nil }.compactMap { name in
        guard let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else { return nil }
        let line = String(decoding: words, as: UTF8.self)
        return line.contains(text) ? line : nil
    }
}
