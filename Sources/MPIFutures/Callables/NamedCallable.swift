package import CBOR
internal import CTasks
package import PluginLoading
package import Pool
internal import Wire

/// A callable that a program names in writing: a C task, or a Swift type.
///
/// Its arguments and its results are CBOR, whatever the callable makes of them.
package struct NamedCallable: Sendable {
    package let wireName: String
    /// Turns the bytes of a result into CBOR; nil for C tasks, whose results are CBOR.
    private let transcode: (@Sendable (UnsafeRawBufferPointer, ValueEncoding) throws -> [UInt8])?

    /// Finds a callable.
    ///
    /// - Parameter name: `square_root` for a C function, `c:square_root` for one whatever else has that name,
    ///   `julia.JuliaLine` or `JuliaLine` for a Swift type, `./libtasks.so:square_root` for a callable of a library
    ///   that need not be loaded.
    /// - Throws: `ExecutorError` if this process knows nothing that could be meant, or several. A name that could be a
    ///   C function's is left to the workers, whose failure says where it was looked for.
    package init(written name: String) throws {
        if name.hasPrefix(CTaskName.prefix) {
            self.init(try Self.invalid { () throws(CTaskError) in try CTaskName(wire: name) })
            return
        }
        if let colon = name.lastIndex(of: ":") {
            try self.init(String(name[name.index(after: colon)...]), ofLibrary: String(name[..<colon]))
            return
        }
        let task = try? CTaskName(function: name)
        if let task, TaskLibraries.has(task) {
            self.init(task)
            return
        }
        let types = TypeIdentity.types(written: name).compactMap { $0 as? any RemoteCall.Type }
        switch types.count {
        case 1: try self.init(types[0])
        case 0:
            guard let task else {
                throw ExecutorError(
                    .unknownCallable,
                    "no callable is named '\(name)'; 'mpifutures --list' prints the names of a library"
                )
            }
            self.init(task)
        default:
            let names = types.map { TypeIdentity.displayName(of: $0) }.sorted().joined(separator: ", ")
            throw ExecutorError(.unknownCallable, "'\(name)' may be any of \(names); write the module too")
        }
    }

    /// A C task.
    ///
    /// - Parameter plugin: the library that it is in, which workers load when they need it; nil for the program's.
    /// - Throws: `ExecutorError` for a name that no C function can have.
    package init(cTask function: String, in plugin: PluginLoading.Plugin? = nil) throws {
        self.init(try Self.invalid { () throws(CTaskError) in try CTaskName(function: function, in: plugin) })
    }

    /// Finds a callable in a library, which is loaded into this process. Workers load it when they need it.
    private init(_ name: String, ofLibrary path: String) throws {
        let library: PluginLoading.Plugin
        do throws(PluginError) {
            // The path is absolute, since a worker may load the library after a task has changed its directory.
            library = try .load(path: absolutePath(path))
        } catch {
            throw ExecutorError(.unknownCallable, error.message)
        }
        let types = library.types(written: name).compactMap { $0 as? any RemoteCall.Type }
        guard types.count < 2 else {
            throw ExecutorError(.unknownCallable, "'\(name)' is the name of \(types.count) callables of '\(path)'")
        }
        if let type = types.first {
            try self.init(type, in: library)
        } else if name != "main", (try? library.function(name)) != nil {
            try self.init(cTask: name, in: library)
        } else {
            throw ExecutorError(
                .unknownCallable,
                "no callable is named '\(name)' in '\(path)'; 'mpifutures --list' prints the names of a library"
            )
        }
    }

    private init(_ task: CTaskName) {
        wireName = task.wireName
        transcode = nil
    }

    /// - Parameter library: The library that declares the type, which workers load when they need it; nil if they have
    ///   it.
    private init<Call: RemoteCall>(_ type: Call.Type, in library: PluginLoading.Plugin? = nil) throws {
        let name = try TypeIdentity.name(of: type)
        wireName = library.map { LibraryType(typeName: name, library: LibraryBuild($0)).definitionName } ?? name
        transcode = { try CBOREncoder().encode(ValueCoding.decode(Call.Output.self, $1, from: $0)) }
    }

    private static func invalid<Result>(_ body: () throws(CTaskError) -> Result) throws -> Result {
        do { return try body() } catch { throw ExecutorError(.unknownCallable, error.description) }
    }

    // MARK: Arguments and results

    /// The arguments of a call as they travel: an array if all go by position; a map if all have labels; if there are
    /// both, a map in which positions are integers.
    package static func arguments(
        positional: [CBORValue],
        labelled: [(label: String, value: CBORValue)] = []
    ) -> CBORValue {
        if labelled.isEmpty { return .array(positional) }
        let byPosition = positional.enumerated().map { CBORValue.Entry(.unsigned(UInt64($0)), $1) }
        return .map(byPosition + labelled.map { CBORValue.Entry(.text($0.label), $0.value) })
    }

    /// The CBOR of a result: a copy if it did not travel so, else nil, and the result's own bytes are CBOR.
    func transcoded(_ status: ResultStatus, _ bytes: UnsafeRawBufferPointer) throws -> [UInt8]? {
        guard status == .trivialValue || status == .plannedValue else { return nil }
        guard let transcode else { throw WireError("a C task's result is not CBOR", offset: 0) }
        return try transcode(bytes, status == .trivialValue ? .trivial : .planned)
    }

    /// The value with which a call ended.
    ///
    /// - Throws: what a future of the call would throw.
    package func value(of outcome: Outcome) throws -> CBORValue {
        try outcome.get { payload in
            let (status, bytes) = try payload.read()
            if status.isFailure { throw try RemoteError(cbor: bytes).thrown }
            do {
                if let copy = try transcoded(status, bytes) { return try CBORValue(parsing: copy) }
                return try CBORValue(parsing: bytes)
            } catch {
                throw Outcome.publicError(ofDecoding: error, "the result is not CBOR")
            }
        }
    }
}
