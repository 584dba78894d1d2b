internal import CBOR
package import PluginLoading
package import Wire

/// A Swift callable of a library that was loaded by name.
package struct SwiftCallableForm<Call: RemoteCall>: CallableForm {
    package let definition: CallableDefinition
    private let probe: DecodingProbe
    private let result = ResultForm<Call.Output>()

    fileprivate init(_ type: Call.Type, in library: PluginLoading.Plugin) throws {
        let type = LibraryType(typeName: try TypeIdentity.name(of: Call.self), library: LibraryBuild(library))
        definition = CallableDefinition(name: type.definitionName, encoding: .cbor)
        probe = DecodingProbe(Call.self)
    }

    package var name: String { TypeIdentity.displayName(of: Call.self) }

    package func accepts(label: String) -> Bool { probe.accepts(label: label) }

    package func check(_ arguments: [UInt8]) throws(ArgumentFault) {
        do {
            _ = try CBORDecoder().decode(Call.self, from: arguments)
        } catch {
            throw ArgumentFault(error, parameters: probe.parameters)
        }
    }

    package var labelling: Labelling { .labels }
    package var hasRawResults: Bool { result.isRaw }

    package func append(
        _ result: UnsafeRawBufferPointer,
        _ status: ResultStatus,
        raw: Bool,
        to text: inout [UInt8]
    ) throws {
        if raw { return try self.result.appendRaw(result, status, to: &text) }
        try self.result.appendJSON(result, status, to: &text)
        text.append(UInt8(ascii: "\n"))
    }

    package var signature: (parameters: [CallableParameter], result: String) {
        (probe.parameters, WrittenType.text(of: Call.Output.self))
    }
}

/// The form of a type that is a callable; nil for others.
///
/// - Throws: `TypeIdentity.Unnameable`, for a type that workers could not find.
package func makeCallableForm(_ type: Any.Type, in library: PluginLoading.Plugin) throws -> (any CallableForm)? {
    // What `SwiftLanguage` runs.
    guard type is any RemoteCallable.Type || type is any AsyncRemoteCallable.Type,
        let callable = type as? any RemoteCall.Type
    else { return nil }
    func make<Call: RemoteCall>(_ type: Call.Type) throws -> any CallableForm {
        try SwiftCallableForm(type, in: library)
    }
    return try make(callable)
}
