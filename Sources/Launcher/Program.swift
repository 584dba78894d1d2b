internal import MPIFutures
internal import PluginLoading
internal import Processes
internal import Specs

/// What the master runs, and what every rank has loaded for it.
enum Program {
    /// The arguments begin with the program's name.
    case plugin(Plugin, arguments: [String])
    case spec(SpecProgram)

    /// Has this process show the program's arguments as its own, in a worker as in the master.
    func showArguments() {
        guard case .plugin(_, let arguments) = self else { return }
        _ = Plugin.show(arguments: arguments)
    }

    /// What all ranks must have alike.
    var identity: String {
        switch self {
        case .plugin(let plugin, _): "\(plugin.identity)"
        case .spec(let program): program.identity
        }
    }
}

/// Why a program cannot be run.
struct LoadFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether the text names its place, as compilers do, and not the launcher.
    private let isComplete: Bool

    init(_ error: any Error) {
        description = "\(error)"
        isComplete = error is SpecError || error is SpecFailure
    }

    func report() {
        if isComplete { Log.write("\(description)\n") } else { Log.errorOnce(description) }
    }
}
