// The functions of mpifutures.h that make and end executors. The header has their contracts.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase
internal import CBOR
internal import CMPIFutures
internal import CTasks
internal import Processes
internal import Waiting

/// The executor object of the C interface.
final class CExecutor: Sendable {
    let executor: MPIPoolExecutor
    private let callables = Locked<[String: NamedCallable]>([:])

    init(_ executor: MPIPoolExecutor) { self.executor = executor }

    /// Returns the callable of a name. Each name is looked up once.
    func callable(_ name: UnsafePointer<CChar>?) throws -> NamedCallable {
        guard let name else { throw CStatus.null("the callable's name") }
        let text = String(cString: name)
        if let known = callables.withLock({ $0[text] }) { return known }
        let callable = try NamedCallable(written: text)
        callables.withLock { $0[text] = callable }
        return callable
    }
}

extension OpaquePointer? {
    func executor() throws(CStatus) -> CExecutor { try object(CExecutor.self, "the executor") }
}

/// Returns the encoded arguments that C code passes. They must be a list or a map.
func checkedArguments(_ bytes: UnsafeRawPointer?, _ size: Int) throws -> [UInt8] {
    guard let bytes, size >= 0 else { throw CStatus(Status.invalid, "the arguments are NULL") }
    let message = UnsafeRawBufferPointer(start: bytes, count: size)
    let item = try Item(checking: message)
    guard item.kind == .array || item.kind == .map else {
        throw CStatus(Status.invalid, "the arguments must be a list or a map, but are \(item.description)")
    }
    return Array(message)
}

@c @implementation
package func mpifutures_serve_if_worker() { WorkerRole.take(SwiftLanguage()) }

@c @implementation
package func mpifutures_executor_create(_ maxWorkers: Int) -> OpaquePointer? {
    newObject {
        let options = ExecutorOptions(loadsMain: Runtime.shared.canProgramServe)
        // A size above the signed range arrives as a negative number, which the executor refuses.
        return CExecutor(try MPIPoolExecutor(maxWorkers: maxWorkers == 0 ? nil : maxWorkers, options: options))
    }
}

@c @implementation
package func mpifutures_executor_worker_count(_ executor: OpaquePointer?) -> Int {
    var count = 0
    _ = status { count = try executor.executor().executor.engine.workerCount }
    return count
}

@c @implementation
package func mpifutures_executor_drain(_ executor: OpaquePointer?) -> CInt {
    status { try executor.executor().executor.drain() }
}

@c @implementation
package func mpifutures_executor_shutdown(_ executor: OpaquePointer?, _ wait: Bool, _ cancel: Bool) -> CInt {
    status { try executor.executor().executor.shutdown(wait: wait, cancelFutures: cancel) }
}

@c @implementation
package func mpifutures_executor_destroy(_ executor: OpaquePointer?) {
    guard executor != nil else { return }
    _ = mpifutures_executor_shutdown(executor, true, false)
    executor.release(CExecutor.self)
}

@c @implementation
package func mpifutures_executor_submit_cbor(
    _ executor: OpaquePointer?,
    _ callable: UnsafePointer<CChar>?,
    _ arguments: UnsafeRawPointer?,
    _ size: Int
) -> OpaquePointer? {
    newObject {
        let executor = try executor.executor()
        let callable = try executor.callable(callable)
        let bytes = try checkedArguments(arguments, size)
        return CFuture(try executor.executor.engine.submit(callable, arguments: bytes), callable)
    }
}
