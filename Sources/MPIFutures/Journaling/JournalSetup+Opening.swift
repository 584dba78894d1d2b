internal import CBOR
internal import CTasks
internal import Journals
internal import PluginLoading
internal import Pool
internal import Processes
internal import Wire

extension JournalSetup {
    /// Opens the journal of an executor. Returns nil if its calls are not recorded.
    ///
    /// - Parameter journal: The executor's journal; nil for that of the launcher or of the environment.
    /// - Throws: `ExecutorError` if the file cannot be used.
    static func open(_ journal: Journal?) throws -> JournalSetup? {
        guard let settings = try journal.map({ try JournalSettings($0) }) ?? Runtime.shared.defaultJournal else {
            return nil
        }
        do {
            return JournalSetup(try Runtime.shared.journal(settings)) { identity($0, settings) }
        } catch let error as JournalError {
            throw ExecutorError(.invalidArgument, error.description)
        }
    }

    /// Returns what tells a callable from others; nil if the build of its library cannot be known here.
    private static func identity(_ definition: CallableDefinition, _ settings: JournalSettings) -> Identity? {
        guard let (name, build) = nameAndBuild(definition.name) else { return nil }
        return Identity(
            name: name,
            displayName: TypeIdentity.displayName(ofNamed: name),
            build: build.bytes,
            counts: (TypeIdentity.type(named: name) as? any RemoteCall.Type).flatMap { counting($0, settings) }
        )
    }

    /// Returns the function that says whether a recorded result of a callable counts; nil if all do.
    private static func counting<Call: RemoteCall>(
        _ type: Call.Type,
        _ settings: JournalSettings
    ) -> (@Sendable (UnsafeRawBufferPointer) -> Bool)? {
        guard Call.Output.self is any SelectiveOutput.Type else { return nil }
        return { bytes in
            let output = Call.Output.self as? any SelectiveOutput.Type
            return output?.counts(bytes, recordsFailures: settings.recordsFailures) ?? true
        }
    }

    private static func nameAndBuild(_ name: String) -> (name: String, build: ImageIdentity)? {
        if name.hasPrefix(CTaskName.prefix) {
            guard let task = try? CTaskName(wire: name),
                let build = task.library.flatMap({ Origin.library($0).codeIdentity ?? $0.identity })
                    ?? TaskLibraries.origin(of: task)?.codeIdentity
            else { return nil }
            return (CTaskName.prefix + task.function, build)
        }
        if let type = LibraryType(definitionName: name) {
            return (type.typeName, Origin.library(type.library).codeIdentity ?? type.library.identity)
        }
        return TypeIdentity.type(named: name).flatMap { Origin(of: $0)?.codeIdentity }.map { (name, $0) }
    }
}

extension SelectiveOutput {
    fileprivate static func counts(_ bytes: UnsafeRawBufferPointer, recordsFailures: Bool) -> Bool {
        (try? CBORDecoder().decode(Self.self, from: bytes))?.counts(recordsFailures: recordsFailures) ?? false
    }
}

extension JournalSettings {
    fileprivate init(_ journal: Journal) throws {
        if let limit = journal.largestResult, limit < 0 {
            throw ExecutorError(.invalidArgument, "largestResult is \(limit), but must be at least 0")
        }
        if let size = journal.filesAbove, size < 0 {
            throw ExecutorError(.invalidArgument, "filesAbove is \(size), but must be at least 0")
        }
        self.init(path: journal.path)
        filesAbove = journal.filesAbove
        recordsFailures = journal.recordsFailures
        largestResult = journal.largestResult
        survivesPowerLoss = journal.survivesPowerLoss
    }
}
