internal import CLinux
internal import Glibc
internal import Identities
internal import Linux
internal import Transport
internal import Wire
internal import Worker

/// Makes a saved call again, alone in this process: without MPI, without other processes, under a debugger too.
package enum CallReplay {
    /// Makes the call and ends the process: with status 0 if the call returns, and 1 if it throws.
    ///
    /// - Parameter build: The identity of the program or plugin that is loaded; nil if the saved call names its library
    ///   itself.
    /// - Throws: An error for a file that has no call that this program can make.
    package static func run(_ path: String, build: String?, _ language: any CallLanguage) throws -> Never {
        let file = try FailedCallFile(readingFrom: path)
        if let build, !build.isEmpty, !file.build.isEmpty, build != file.build {
            throw FailedCallFile.Problem(
                description: "'\(path)' was saved by another build (\(file.build)) than this one (\(build)); "
                    + "use that build, or let the call fail again with this one"
            )
        }
        Log.write("mpifutures: \(file.callable), which \(file.end)\n")
        WorkerRole.beginToServe(keepsInput: true)
        let transport = ReplayTransport(file.frames)
        let identity = WorkerIdentity(0, of: 1, host: HostName.current, processID: getpid())
        let place = WorkerPlace(0, of: 1)
        let loop = ServeLoop(transport: transport, language: language, identity: identity, place: place)
        try MainThread.run(usesMPI: false) { try loop.run() }
        clinux_flush_stdout()
        exit(report(transport.answers, file, language))
    }

    /// Prints how the call has ended. Returns the status of this process.
    private static func report(_ answers: [FrameBuffer], _ file: FailedCallFile, _ language: any CallLanguage) -> CInt {
        for frame in answers {
            switch try? WorkerFrame(parsing: frame) {
            case .opened(_, let failure?):
                Log.error(language.describe(encodedFailure: UnsafeRawBufferPointer(rebasing: frame.bytes[failure])))
                return 1
            case .results(let results):
                var reader = FrameReader(frame.bytes, at: results.records)
                guard let (status, bytes) = try? reader.resultRecord() else { continue }
                if status.isFailure {
                    Log.error(language.describe(encodedFailure: bytes))
                    return 1
                }
                Log.write("mpifutures: \(file.callable) has returned this time\n")
                return 0
            default: continue
            }
        }
        Log.error("the call has not been made")
        return 1
    }

    /// Makes the call that `MPIFUTURES_REPLAY` names, if it names one, and ends the process.
    static func runIfAsked(_ language: any CallLanguage) {
        guard let path = Environment.nonEmpty(ProgramBuild.variable) else { return }
        unsetenv(ProgramBuild.variable)
        do {
            try run(path, build: ProgramBuild.ofExecutable, language)
        } catch {
            Log.error("\(error)")
            exit(2)
        }
    }
}
