internal import CBOR
internal import CMPIFutures
package import Wire
package import Worker

/// Runs calls of one C task.
package final class CTaskRunner: TaskRunner {
    private typealias Function = @convention(c) (OpaquePointer) -> CInt

    package let name: String
    private let function: Function

    /// - Parameter definition: A definition whose name begins with `CTaskName.prefix`.
    /// - Throws: `CTaskError` if there is no such function.
    package init(_ definition: CallableDefinition) throws {
        let name = try CTaskName(wire: definition.name)
        guard definition.encoding == .cbor else { throw CTaskError("the arguments of a C task must be CBOR") }
        self.name = name.function
        function = unsafeBitCast(try TaskLibraries.find(name), to: Function.self)
    }

    package func run(
        _ arguments: TaskArguments,
        _ result: FrameBuffer
    ) throws(TaskError) -> ResultStatus {
        let call = TaskCall(try check(arguments.bytes), result)
        let status = withExtendedLifetime(call) {
            function(OpaquePointer(Unmanaged.passUnretained(call).toOpaque()))
        }
        if let failure = call.failure { throw TaskError(.running, CTaskError(failure)) }
        guard status == 0 else {
            let reason = "it returned \(status), and gave no reason with mpifutures_raise or mpifutures_fail"
            throw TaskError(.running, CTaskError(reason))
        }
        if !call.hasResult { call.setResult(ItemHead.null) }
        return .cborValue
    }

    private func check(_ arguments: UnsafeRawBufferPointer) throws(TaskError) -> Item {
        do {
            let item = try Item(checking: arguments)
            guard item.kind == .array || item.kind == .map else {
                throw CTaskError("the arguments must be a list or a map, but are \(item.description)")
            }
            return item
        } catch {
            throw TaskError(.decodingArguments, error)
        }
    }
}

/// The reason why a C task has failed or cannot be run: the task's own text, or that of this library.
package struct CTaskError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
