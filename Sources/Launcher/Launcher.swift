internal import CLinux
internal import CMPIFutures
internal import Glibc
internal import Launching
internal import MPIFutures
internal import Processes

/// The launcher's entry point, which the executable `mpifutures` calls when this library is loaded.
///
/// - Parameters:
///   - ignoredSignals: The signals that were ignored when the process started; see `clinux_get_signals_at_start`.
///   - blockedSignals: The signals that were blocked then.
/// - Returns: The exit status, if no program is run. Otherwise the function does not return.
@c(mpifutures_launcher_main)
package func launcherMain(_ ignoredSignals: UInt64, _ blockedSignals: UInt64) -> CInt {
    clinux_set_signals_at_start(ignoredSignals, blockedSignals)
    SignalAction.keepChildStatuses()
    do throws(UsageError) {
        try OutputLimit.check()
        let words = OwnCommandLine.words.dropFirst().map(Array.init)
        let arguments = words.map { String(decoding: $0, as: UTF8.self) }
        switch arguments.first {
        case LauncherProgram.serveOption: try serveCalls(arguments.dropFirst())
        case LaunchedPlugin.option:
            try checkIsText(words[...])
            try servePlugin(arguments)
        default: break
        }
        switch try Request(parsing: arguments) {
        case .runSpec(var request, let workers):
            try checkIsText(words[..<request.take(from: words)])
            // The pipe is enlarged at once, because mpiexec does not wait.
            if request.source == .standardInput { StandardStreams.widenInput() }
            Session(.spec(request), workers, try settings()).run()
        case .printHelp(let text):
            say(text)
        case .printVersion:
            say("mpifutures \(MPIFUTURES_VERSION)\n")
        case .run(let plugin, let arguments, let workers):
            try checkIsText(words[...])
            Session(.plugin(plugin, arguments: arguments), workers, try settings()).run()
        case .replay(let file, let plugin, let arguments):
            try checkIsText(words[...])
            guard !ProcessManager.isPresent else {
                throw UsageError("--replay makes one call in this process; leave mpiexec out")
            }
            Session(.replay(file: file, plugin, arguments: arguments), WorkerRequest(), try settings()).run()
        case .journal(let command):
            try checkIsText(words[...])
            return ProcessManager.isSpeaker ? command.run() : 0
        case .report(let command):
            try checkIsText(words[...])
            return ProcessManager.isSpeaker ? command.run() : 0
        case .runBuiltIn(let program, let workers):
            Session(.builtIn(program), workers, try settings()).run()
        case .list(let plugin, let paths):
            try checkIsText(words[...])
            guard ProcessManager.isSpeaker else { return 0 }
            return CallableListing(plugin, paths: paths).print()
        }
        return 0
    } catch {
        // Other ranks may have a valid command line and wait for this one, so the error is reported through the job.
        Session(.refused(error), WorkerRequest(), Settings()).run()
    }
}

/// Serves as a worker that loads no program.
private func serveCalls(_ arguments: ArraySlice<String>) throws(UsageError) -> Never {
    try checkIsWorker(LauncherProgram.serveOption)
    LauncherProgram.serve(arguments: [OwnCommandLine.arguments.first ?? "mpifutures"] + arguments, SwiftLanguage())
    fatalError("a worker has come back from serving")
}

/// Serves as a worker of a plugin that another launcher runs.
private func servePlugin(_ arguments: [String]) throws(UsageError) -> Never {
    try checkIsWorker(LaunchedPlugin.option)
    guard let plugin = LaunchedPlugin(commandLine: arguments) else {
        throw UsageError("\(LaunchedPlugin.option) needs a name and the path of a plugin")
    }
    let job = Session.Job.plugin(.path(plugin.path), name: plugin.name, arguments: plugin.arguments)
    Session(job, WorkerRequest(), try settings()).run()
}

private func checkIsWorker(_ option: String) throws(UsageError) {
    guard WorkerInvocation.isSet else {
        throw UsageError("\(option) is for workers, which an executor starts by itself; leave the option out")
    }
}

private func settings() throws(UsageError) -> Settings {
    do { return try .fromEnvironment() } catch { throw UsageError(error.description) }
}

/// Checks that words of the command line are UTF-8. A file name need not be, and no other file must be taken for it.
private func checkIsText(_ words: ArraySlice<[UInt8]>) throws(UsageError) {
    for (index, word) in words.enumerated() where String(validating: word, as: UTF8.self) == nil {
        throw UsageError("argument \(index + 1) is not UTF-8")
    }
}

/// Writes to standard output, on one rank only.
private func say(_ text: String) {
    guard ProcessManager.isSpeaker else { return }
    var text = text
    _ = text.withUTF8 { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}
