internal import Glibc
internal import MPIFutures

/// The launcher's entry: what the executable `mpifutures` calls once this library is in place.
///
/// - Returns: never, if a program is run; else the exit status.
@c(mpifutures_launcher_main)
package func launcherMain() -> CInt {
    do throws(UsageError) {
        switch try Request(parsing: Array(OwnCommandLine.arguments.dropFirst())) {
        case .printHelp(let text):
            say(text)
        case .printVersion:
            say("mpifutures \(Help.version)\n")
        case .run(let plugin, let arguments):
            Session(.plugin(plugin, arguments: arguments), try .fromEnvironment()).run()
        case .runSpec(let request):
            // At once: mpiexec does not wait.
            if request.source == .standardInput { StandardStreams.widenInput() }
            Session(.spec(request), try .fromEnvironment()).run()
        case .list(let plugin, let paths):
            guard ProcessManager.isSpeaker else { return 0 }
            return CallableListing(plugin, paths: paths).print()
        }
        return 0
    } catch {
        // All ranks come to the same end; one says so, and the others stay out of mpiexec's status.
        guard ProcessManager.isSpeaker else { return 0 }
        Log.error("\(error)")
        return 2
    }
}

/// The arguments of this process.
///
/// Not from Swift's `CommandLine`: that remembers what it has shown once, and the plugin's program is to see its own.
enum OwnCommandLine {
    static var arguments: [String] {
        let descriptor = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        if bytes.last == 0 { bytes.removeLast() }
        return bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Writes to standard output; only one rank does.
private func say(_ text: String) {
    guard ProcessManager.isSpeaker else { return }
    var text = text
    _ = text.withUTF8 { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}
