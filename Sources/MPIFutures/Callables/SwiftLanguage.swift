internal import CBOR
internal import CTasks
internal import PluginLoading
internal import Processes
package import Wire
package import Worker

/// Finds Swift callables by the names of their types, and hands on to C's the names that are marked as theirs.
package struct SwiftLanguage: CallLanguage {
    package init() {}

    package func runner(for definition: CallableDefinition) throws -> any TaskRunner {
        if definition.name.hasPrefix(CTaskName.prefix) { return try CTaskRunner(definition) }
        let library = LibraryType(definitionName: definition.name)
        guard let type = try library.map({ try $0.load() }) ?? TypeIdentity.type(named: definition.name) else {
            throw ExecutorError(
                .unknownCallable,
                "no type '\(name(of: definition))' is known in this process; master and workers must run the same build"
            )
        }
        // Nothing but a callable is ever made from the wire.
        if let callable = type as? any RemoteCallable.Type { return makeRunner(callable, definition.encoding) }
        if let callable = type as? any AsyncRemoteCallable.Type { return makeRunner(callable, definition.encoding) }
        throw ExecutorError(.unknownCallable, "\(type) is not a RemoteCallable")
    }

    package func name(of definition: CallableDefinition) -> String {
        let name = definition.shortName
        guard name.hasPrefix(CTaskName.prefix) else { return TypeIdentity.displayName(ofNamed: name) }
        return String(name.dropFirst(CTaskName.prefix.count))
    }

    /// How a call's type travels, judged by the first call.
    static func definition<Call: RemoteCall>(of call: Call, _ naming: CallableNaming) throws -> CallableDefinition {
        guard call is any RemoteCallable || call is any AsyncRemoteCallable else {
            throw ExecutorError(
                .invalidArgument,
                "\(Call.self) conforms to neither RemoteCallable nor AsyncRemoteCallable"
            )
        }
        return CallableDefinition(
            name: try naming.name(of: Call.self),
            encoding: ValueCoding.encoding(for: call)
        )
    }

    /// What a worker reported of a failure, in words.
    package func describe(encodedFailure bytes: UnsafeRawBufferPointer) -> String {
        do { return try RemoteError(cbor: bytes).description } catch {
            return "a failure that cannot be read: \(error)"
        }
    }

    private func makeRunner<Call: RemoteCallable>(_ type: Call.Type, _ encoding: ValueEncoding) -> any TaskRunner {
        CallRunner<Call>(encoding: encoding)
    }

    private func makeRunner<Call: AsyncRemoteCallable>(
        _ type: Call.Type,
        _ encoding: ValueEncoding
    ) -> any TaskRunner {
        AsyncCallRunner<Call>(encoding: encoding)
    }

    package func describe(
        _ error: any Error
    ) -> (typeName: String, message: String, wireName: String?, encoded: [UInt8]?) {
        // What a C task says has no type.
        if let error = error as? CTaskError { return ("", error.description, nil, nil) }
        let encoded = (error as? any Error & Codable).flatMap { EncodedError($0) }
        let message = (error as? DecodingError).map { ArgumentFault($0).message } ?? "\(error)"
        return (TypeIdentity.displayName(of: type(of: error)), message, encoded?.wireName, encoded?.bytes)
    }

    package func encode(_ failure: TaskFailure) -> [UInt8] {
        // Text and numbers always encode.
        (try? CBOREncoder().encode(failure)) ?? []
    }
}
