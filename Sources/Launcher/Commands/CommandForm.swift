internal import CBOR
internal import Glibc
internal import Launching
internal import Linux
internal import MPIFutures
internal import PluginLoading
internal import Processes
internal import Wire

/// The form of `sh` and `exec` for specs. Their results are the output of the command, unchanged.
struct CommandForm<Call: RemoteCallable>: CallableForm where Call.Output == CommandResult {
    let name: String
    let definition: CallableDefinition

    init(_ type: Call.Type, name: String) throws {
        self.name = name
        definition = CallableDefinition(name: try TypeIdentity.name(of: type), encoding: .cbor)
    }

    func accepts(label: String) -> Bool { false }

    func check(_ arguments: [UInt8]) throws(ArgumentFault) {
        do {
            _ = try CBORDecoder().decode(Call.self, from: arguments)
        } catch DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context) {
            throw ArgumentFault(label: nil, context.debugDescription)
        } catch {
            throw ArgumentFault(label: nil, "\(error)")
        }
    }

    var labelling: Labelling { .positions }
    var hasRawResults: Bool { true }

    func append(_ result: UnsafeRawBufferPointer, _ status: ResultStatus, raw: Bool, to text: inout [UInt8]) throws {
        let result = try CBORDecoder().decode(CommandResult.self, from: result)
        text.append(contentsOf: result.output)
        _ = result.errorOutput.withUnsafeBytes { LivingLine.shared.write($0, to: STDERR_FILENO) }
        if let problem = result.problem {
            throw CommandFailure(description: "\(name) \(problem)", wasInterrupted: result.wasInterrupted)
        }
    }

    var signature: (parameters: [CallableParameter], result: String) { ([], "text") }
}

/// The error of a command that ran and failed.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    var wasInterrupted = false
}
