import Glibc
import MPIFutures

/// The text of a file that came with the plugin.
struct OwnFile: RemoteCallable {
    /// Whether to ask the environment for the directory.
    var asksC: Bool

    func callAsFunction() -> String {
        let directory = asksC ? String(cString: getenv("MPIFUTURES_PLUGIN_DIRECTORY")) : Plugin.directory
        guard let file = fopen("\(directory)/data/file", "r") else { return "no file in \(directory)\n" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 100)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }
}

struct Directory: RemoteCallable {
    var milliseconds: UInt32

    func callAsFunction() -> String {
        usleep(milliseconds * 1000)
        return Plugin.directory
    }
}

extension Endings {
    static func printOwnFiles() throws {
        print(OwnFile(asksC: false)(), terminator: "")
        try MPIPoolExecutor.with { executor in
            for text in try executor.map(OwnFile.init, [false, true]).array() { print(text, terminator: "") }
        }
    }

    /// The directories of all workers, each once.
    static func printDirectories() throws {
        try MPIPoolExecutor.with { executor in
            let naps = [UInt32](repeating: 100, count: 4 * executor.workerCount)
            for directory in Set(try executor.map(Directory.init, naps, chunkSize: 1).array()).sorted() {
                print(directory)
            }
        }
    }
}
