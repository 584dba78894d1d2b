internal import CBOR
internal import Glibc
internal import Linux
internal import MPIFutures

/// How a call has ended.
struct CallEnd {
    /// What the call gives to standard output.
    var output: [UInt8] = []
    /// What a command has written to standard error.
    var errors: [UInt8] = []
    /// The reason why the call has failed; nil if it has succeeded.
    var failure: (any Error)?
    var exitValue = 0
    /// The signal that has ended the call; 0 if none has.
    var signal = 0
    var host = ""
    /// When the call began, in seconds since 1970.
    var start = 0.0
    var seconds = 0.0
    /// Whether the output has been written line by line while the call ran.
    var isShown = false

    init(
        _ form: any CallableForm,
        _ result: CallStream.Result,
        _ origin: CallStream.Origin,
        raw: Bool
    ) {
        seconds = origin.seconds ?? 0
        start = WallClock.seconds - seconds
        host = origin.host ?? ""
        do {
            switch result {
            case .value(let status, let bytes):
                guard form.runsCommands else {
                    try form.append(bytes, status, raw: raw, to: &output)
                    return
                }
                take(try CBORDecoder().decode(CommandResult.self, from: bytes), form.name)
                // The lines of an earlier run, whose result a journal has, were that run's.
                isShown = isShown && origin.host != nil
            case .failure(let error): throw error
            }
        } catch {
            failure = error
            takeCause(error)
        }
    }

    /// The status as a shell gives it in `$?`.
    var shellStatus: Int { signal == 0 ? exitValue : 128 + signal }

    private mutating func take(_ result: CommandResult, _ name: String) {
        output = result.output
        errors = result.errorOutput
        isShown = result.isShown
        (host, start, seconds) = (result.host, result.start, result.seconds)
        signal = Int(result.status & 0x7F)
        exitValue = signal == 0 ? Int(result.status >> 8 & 0xFF) : 0
        if let problem = result.problem {
            failure = CommandFailure(description: "\(name) \(problem)", wasInterrupted: result.wasInterrupted)
        }
    }

    private mutating func takeCause(_ error: any Error) {
        exitValue = 1
        guard let remote = error as? RemoteError else { return }
        host = remote.host
        switch remote.end {
        case .killed(let number): (exitValue, signal) = (0, number)
        case .exited(let status): exitValue = max(1, status)
        // As GNU parallel has it for commands that take too long.
        case .timedOut: (exitValue, signal) = (-1, Int(SIGTERM))
        case .outOfMemory: (exitValue, signal) = (0, Int(SIGKILL))
        // A shell has this status for a command that it cannot run.
        case nil: if remote.underlying is CommandError { exitValue = 127 }
        case .damaged, .lost: break
        }
    }
}
