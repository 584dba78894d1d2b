internal import CTasks
internal import PluginLoading

/// How the calls of an executor name their callables.
enum CallableNaming: Sendable {
    /// By the type's name. The workers load the program too, so they find the type.
    case typeOnly
    /// By the type's name and the library that defines it. The workers load only libraries that calls name.
    case withLibrary

    /// Returns the name of a type of calls.
    ///
    /// - Throws: `ExecutorError` if no worker could find the type by that name; `TypeIdentity.Unnameable`.
    func name(of type: Any.Type) throws -> String {
        let name = try TypeIdentity.name(of: type)
        guard self == .withLibrary else { return name }
        let library = try library(Origin(of: type), "type '\(TypeIdentity.displayName(of: type))'")
        return library.map { LibraryType(typeName: name, library: $0).definitionName } ?? name
    }

    /// Returns the name of a callable that a call names by its value.
    ///
    /// - Parameter wireName: The call's `NamedRemoteCall.wireName`.
    /// - Throws: As above.
    func name(ofNamed wireName: String) throws -> String {
        guard self == .withLibrary else { return wireName }
        if wireName.hasPrefix(CTaskName.prefix) {
            let task = try CTaskName(wire: wireName)
            guard task.library == nil else { return wireName }
            let library = try library(
                TaskLibraries.origin(of: task),
                "function '\(task.function)'",
                remedy: "name its library too, as in './libtasks.so:\(task.function)'"
            )
            return try CTaskName(function: task.function, in: library).wireName
        }
        return try TypeIdentity.type(named: wireName).map { try name(of: $0) } ?? wireName
    }

    /// Returns the library that workers must load, or nil if every worker has it anyway.
    ///
    /// - Parameter remedy: What to do about a callable that is in no library; nil if there is nothing to do.
    private func library(_ origin: Origin?, _ subject: String, remedy: String? = nil) throws -> LibraryBuild? {
        switch origin {
        case .library(let library): return library
        case .runtime: return nil
        case .program:
            throw ExecutorError(
                .unknownCallable,
                "\(subject) is in the program, which the workers do not load (loadsMain is false); "
                    + "put it into a library that the program is linked with"
            )
        case nil:
            throw ExecutorError(
                .unknownCallable,
                "\(subject) is in no library of this process that the workers could load, as they have to "
                    + "if they do not load the program (loadsMain is false)\(remedy.map { "; \($0)" } ?? "")"
            )
        }
    }
}
