internal import MPIFutures
internal import PluginLoading
internal import Processes
internal import Specs

/// The program that the master runs and that every rank has loaded.
enum Program {
    /// A plugin. The arguments begin with the program's name.
    case plugin(Plugin, arguments: [String])
    case spec(SpecProgram)
    case builtIn(BuiltInProgram)

    /// Replaces the arguments of this process by those of the program, in the master and in workers.
    func showArguments() {
        guard case .plugin(_, let arguments) = self else { return }
        _ = Plugin.show(arguments: arguments)
    }

    /// Identifies what is loaded. It must be the same on all ranks.
    var identity: String {
        switch self {
        case .plugin(let plugin, _): "\(plugin.identity)"
        case .spec(let program): program.identity
        case .builtIn(let program): program.identity
        }
    }
}

/// The reason why a program cannot be run.
struct LoadFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether the text begins with a place of its own, as a compiler's does, so that it gets no prefix.
    private let isComplete: Bool

    init(_ error: any Error) {
        description = "\(error)"
        isComplete = error is SpecError || error is SpecFailure
    }

    func report() {
        if isComplete { Log.write("\(description)\n") } else { Log.errorOnce(description) }
    }
}
