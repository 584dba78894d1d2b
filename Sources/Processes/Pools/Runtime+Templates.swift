internal import Glibc
package import Identities
package import Launching
internal import Linux
internal import Waiting

/// Variables that each worker gets with its own numbers in them.
extension Runtime {
    /// Adds the launcher's templates to those of the environment.
    package func setTemplates(_ templates: WorkerTemplates) { state.withLock { $0.templates = templates } }

    /// The templates of the environment and of the launcher.
    var templates: WorkerTemplates {
        get throws { try Settings.fromEnvironment().templates.merging(state.withLock { $0.templates }) }
    }

    /// Sets the variables of this process, a worker.
    ///
    /// The programs that its calls start are not workers of this pool, so they get the variables, and no templates.
    ///
    /// - Parameter settings: What the environment says.
    package func applyTemplates(at place: WorkerPlace, _ settings: Settings) {
        let templates = settings.templates.merging(state.withLock { $0.templates })
        guard !templates.isEmpty else { return }
        for variable in templates.variables(of: place) { setenv(variable.name, variable.value, 1) }
        unsetenv(WorkerTemplates.variable)
        // A rank that owns a runner may have to start another one.
        setTemplates(templates)
    }
}
