import CBOR
import Wire
import Worker

/// Callables that a test has made: `echo` does what the test says, and `fails` throws.
struct TestLanguage: TaskLanguage {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    typealias Body = @Sendable (_ argument: UInt8?, _ arguments: TaskArguments, _ result: FrameBuffer) throws -> Void

    /// What `echo` does; it gives its argument back if that is nothing else.
    let echo: Body

    init(echo: @escaping Body = { argument, _, result in if let argument { result.append(byte: argument) } }) {
        self.echo = echo
    }

    private final class Runner: TaskRunner {
        let name: String
        let body: Body

        init(_ name: String, _ body: @escaping Body) { (self.name, self.body) = (name, body) }

        func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus {
            do { try body(arguments.bytes.first, arguments, result) } catch { throw TaskError(.running, error) }
            return .cborValue
        }
    }

    func runner(for definition: CallableDefinition) throws -> any TaskRunner {
        switch definition.name {
        case "echo": Runner("echo", echo)
        case "fails":
            Runner("fails") { _, _, result in
                // What it has written by then is not to be seen.
                result.append(UInt64(1))
                if let array = (UInt8(0)...255).lazy.compactMap({ NumberArray.make(code: $0, byteCount: 8) }).first {
                    result.outOfBand.append(array)
                }
                throw Failure(description: "it rains")
            }
        default: throw Failure(description: "no callable '\(definition.name)'")
        }
    }

    func name(of definition: CallableDefinition) -> String { definition.name }

    func describe(
        _ error: any Error
    ) -> (typeName: String, message: String, wireName: String?, encoded: [UInt8]?) {
        ("\(type(of: error))", "\(error)", nil, nil)
    }

    func encode(_ failure: TaskFailure) -> [UInt8] { (try? CBOREncoder().encode(failure)) ?? [] }
}
