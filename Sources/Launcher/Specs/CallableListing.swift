internal import Glibc
internal import MPIFutures
internal import PluginForms
internal import PluginLoading
internal import Processes

/// Prints the callables of a plugin for `--list`, one a line, as they are called.
struct CallableListing {
    private let name: String
    private let paths: [String]

    /// - Parameter name: A module, or the path of a plugin of any form.
    init(_ name: String, paths: [String]) {
        self.name = name
        self.paths = paths
    }

    /// Prints the list.
    ///
    /// - Returns: The exit status.
    func print() -> CInt {
        defer { LauncherExit.removeTemporary() }
        do throws(PluginError) {
            let form = try form()
            let plugin = try StagedPlugin(alone: form).loadLibrary()
            let (callables, tasks) = (plugin.callables, plugin.cTasks)
            for callable in callables { Swift.print(Self.line(callable)) }
            for task in tasks { Swift.print("\(place(form))\(task.name)(…)") }
            if callables.isEmpty, tasks.isEmpty {
                Log.error(
                    "'\(name)' has no callables: neither a Swift type that conforms to RemoteCallable, "
                        + "nor an exported function of C that uses mpifutures.h"
                )
            }
            return 0
        } catch {
            Log.error("\(error)")
            return 2
        }
    }

    /// Returns the plugin of the name. A name that fits both is that of a module, as in calls.
    private func form() throws(PluginError) -> PluginForm {
        if name.contains("/") || name.contains(".") { return try .of(path: name) }
        do throws(PluginError) {
            return try PluginReference.module(name, paths: paths).form()
        } catch {
            guard error.code == .moduleNotFound, access(name, F_OK) == 0 else { throw error }
            return try .of(path: name)
        }
    }

    private static func line(_ form: any CallableForm) -> String {
        let (parameters, result) = form.signature
        return "\(form.name)(\(parameters.map(\.description).joined(separator: ", "))) -> \(result)"
    }

    /// Returns the prefix of a C task's name in calls.
    private func place(_ form: PluginForm) -> String {
        if form.path != name { return "\(name)." }
        return name.contains { " \t();,#\"".contains($0) } ? "\"\(name)\":" : "\(name):"
    }
}
