internal import Glibc
internal import Identities
internal import Linux
internal import MPIBinding
internal import MPIFutures
internal import PluginLoading
internal import Pool
internal import Processes
internal import Transport

/// Runs the program, on rank 0 or in the only process.
struct Master {
    let program: Program

    /// Runs the program with the other processes as its workers.
    ///
    /// - Parameter joint: The intercommunicator to the workers.
    func run(_ joint: Communicator, _ settings: Settings) throws -> Never {
        let (pool, workerCount) = try Pool.ranks(joint, settings, SwiftLanguage())
        CrashReport.install(rank: 0, worldSize: workerCount + 1, host: HostName.current)
        Runtime.shared.share(pool)
        runProgram()
    }

    func runProgram() -> Never {
        LauncherExit.installInMaster()
        PrematureEnd.begin(usesMPI: true)
        PrematureEnd.needThread()
        RunDraining.begin()
        MasterSignals.install()
        JournalOption.open()
        TraceOption.open()
        ProgressDisplay.begin()
        switch program {
        case .plugin(let plugin, let arguments):
            do throws(PluginError) {
                exit(try plugin.runMain(arguments: arguments))
            } catch {
                Log.error("\(error)")
                exit(2)
            }
        case .spec(let calls):
            do {
                exit(CInt(try calls.run()))
            } catch {
                // After a signal the executor refuses calls. Those errors are of no interest.
                if MasterSignals.received == nil { LoadFailure(error).report() }
                exit(1)
            }
        case .builtIn(let builtIn):
            do {
                exit(CInt(try builtIn.run()))
            } catch {
                if MasterSignals.received == nil { Log.error("\(error)") }
                exit(1)
            }
        }
    }
}
