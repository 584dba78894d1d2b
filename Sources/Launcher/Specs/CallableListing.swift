internal import MPIFutures
internal import PluginLoading
internal import Specs

/// What `--list` prints: the callables that a plugin offers, one a line, as they are called.
enum CallableListing {
    /// - Parameter plugin: a path, or a module's name.
    /// - Returns: the exit status.
    static func print(_ plugin: String, paths: [String]) -> CInt {
        do throws(PluginError) {
            let resolver = CallableResolver(paths: paths)
            let isPath = plugin.contains("/") || plugin.hasSuffix(".so")
            guard let plugin = try resolver.load(isPath ? .path(plugin) : .module(plugin)) else { return 2 }
            for form in plugin.callables { Swift.print(line(form)) }
            return 0
        } catch {
            Log.error("\(error)")
            return 2
        }
    }

    private static func line(_ form: any CallableForm) -> String {
        let (parameters, result) = form.signature
        return "\(form.name)(\(parameters.map(\.description).joined(separator: ", "))) -> \(result)"
    }
}
