internal import Linux
internal import MPIFutures
internal import PluginLoading
internal import Specs

/// Finds the callables that calls name. It loads libraries and looks the callables up.
final class CallableResolver {
    private let search: ModuleSearch
    /// The libraries that calls have named, in order.
    private var plugins: [(name: CallName.Library, plugin: Plugin)] = []
    private var known: [CallName: any CallableForm] = [:]

    init(paths: [String]) {
        search = ModuleSearch(
            paths: paths,
            environmentPath: Environment["MPIFUTURES_PATH"],
            prefix: Installation.prefix
        )
    }

    /// Returns the callable that a call names.
    ///
    /// - Throws: `PluginError` if its library cannot be found or loaded; `UnknownCallable`.
    func resolve(_ name: CallName) throws -> any CallableForm {
        if let form = known[name] { return form }
        let form = try find(name)
        known[name] = form
        return form
    }

    /// Loads a library that calls name. Returns nil if they name none.
    func load(_ library: CallName.Library) throws(PluginError) -> Plugin? {
        if let known = plugins.first(where: { $0.name == library }) { return known.plugin }
        let path: String
        switch library {
        case .unnamed: return nil
        case .module(let module): path = try search.locate(module)
        case .path(let written): path = written
        }
        // The path is absolute, since a worker may load the library after a task has changed its directory.
        let plugin = try Plugin.load(path: Installation.absolute(path))
        plugins.append((library, plugin))
        return plugin
    }

    private func find(_ name: CallName) throws -> any CallableForm {
        if let plugin = try load(name.library) {
            var types = plugin.types(written: name.name)
            if case .module(let module) = name.library, types.isEmpty {
                types = plugin.types(written: "\(module).\(name.name)")
            }
            if types.isEmpty, let task = CTaskForm(name.name, in: plugin) { return task }
            return try choose(name, types.map { ($0, plugin) }, in: [plugin])
        }
        switch name.name {
        case "sh": return try CommandForm(ShellCommand.self, name: "sh")
        case "exec": return try CommandForm(Command.self, name: "exec")
        default:
            let plugins = plugins.map(\.plugin)
            return try choose(
                name,
                plugins.flatMap { plugin in plugin.types(written: name.name).map { ($0, plugin) } },
                in: plugins
            )
        }
    }

    /// Returns the one callable among the types of a name.
    private func choose(
        _ name: CallName,
        _ types: [(type: Any.Type, plugin: Plugin)],
        in plugins: [Plugin]
    ) throws -> any CallableForm {
        let forms = try types.compactMap { try makeCallableForm($0.type, in: $0.plugin) }
        if forms.count > 1 { throw UnknownCallable("'\(name)' is the name of \(forms.count) callables") }
        if let form = forms.first { return form }
        if let other = types.first {
            throw UnknownCallable("'\(TypeIdentity.displayName(of: other.type))' is not a RemoteCallable")
        }
        guard !plugins.isEmpty else {
            // Types begin with a capital letter, programs do not.
            let command = name.name.first?.isLowercase == true ? "; a program is run by exec([\"\(name)\", …])" : ""
            throw UnknownCallable(
                "no callable '\(name)'; write its module or its library too: 'module.\(name)(…)'\(command)"
            )
        }
        if let plugin = plugins.first(where: { $0.exportsInCXX(name.name) }) {
            throw UnknownCallable(
                "'\(name.name)' in '\(plugin.path)' is a function with a name of C++; "
                    + "write MPIFUTURES_TASK(\(name.name)), or declare it extern \"C\""
            )
        }
        let others = plugins.flatMap(\.callableNames)
        let offer =
            others.isEmpty
            ? "" : "; there is \(others.prefix(8).joined(separator: ", "))\(others.count > 8 ? ", …" : "")"
        throw UnknownCallable(
            "no callable '\(name.name)' in \(plugins.map { "'\($0.path)'" }.joined(separator: ", "))\(offer)"
        )
    }
}

struct UnknownCallable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Plugin {
    /// The forms of all Swift callables that this library declares, by name.
    var callables: [any CallableForm] {
        types.compactMap { try? makeCallableForm($0, in: self) }.sorted { $0.name < $1.name }
    }

    /// Whether the library exports a function outside of classes and namespaces under its name in C++.
    fileprivate func exportsInCXX(_ name: String) -> Bool {
        guard let symbols = try? ELFSymbols(path: path) else { return false }
        return symbols.functions.contains { $0.hasPrefix("_Z\(name.utf8.count)\(name)") }
    }

    /// The names of the library's Swift callables without the module, and of the functions that may be C tasks.
    fileprivate var callableNames: [String] {
        callables.map { form in String(form.name.drop { $0 != "." }.dropFirst()) } + cTasks.map(\.name)
    }
}
