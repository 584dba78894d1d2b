// The functions of mpifutures.h that deal with futures. The header has their contracts.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase
package import CMPIFutures
internal import CTasks
internal import Pool
internal import Waiting

/// The future object of the C interface.
final class CFuture: Sendable {
    let core: FutureCore
    private let callable: NamedCallable
    private let result = Locked<CResult?>(nil)

    init(_ core: FutureCore, _ callable: NamedCallable) {
        self.core = core
        self.callable = callable
    }

    /// Waits for the result.
    func value(_ timeout: Duration?) throws -> mpifutures_value {
        guard let outcome = core.wait(until: timeout.map { .after($0) }) else { throw TimeoutError() }
        return try result.withLock { result in
            let opened = try result ?? CResult(outcome, callable)
            result = opened
            return opened.value
        }
    }
}

extension OpaquePointer? {
    fileprivate func future() throws(CStatus) -> CFuture { try object(CFuture.self, "the future") }
}

@c @implementation
package func mpifutures_future_result(
    _ future: OpaquePointer?,
    _ timeout: Double,
    _ value: UnsafeMutablePointer<mpifutures_value>?
) -> CInt {
    status {
        let result = try future.future().value(try duration(timeout))
        value?.pointee = result
    }
}

@c @implementation
package func mpifutures_future_done(_ future: OpaquePointer?) -> Bool {
    (try? future.future())?.core.phase.isDone ?? false
}

@c @implementation
package func mpifutures_future_running(_ future: OpaquePointer?) -> Bool {
    (try? future.future())?.core.phase == .running
}

@c @implementation
package func mpifutures_future_cancelled(_ future: OpaquePointer?) -> Bool {
    (try? future.future())?.core.phase == .cancelled
}

@c @implementation
package func mpifutures_future_cancel(_ future: OpaquePointer?) -> Bool {
    (try? future.future())?.core.cancel() ?? false
}

@c @implementation
package func mpifutures_future_release(_ future: OpaquePointer?) { future.release(CFuture.self) }

@c @implementation
package func mpifutures_wait(
    _ futures: UnsafePointer<OpaquePointer?>?,
    _ count: Int,
    _ condition: mpifutures_condition,
    _ timeout: Double
) -> CInt {
    status {
        guard count == 0 || futures != nil else { throw CStatus.null("the list of futures") }
        let all = try UnsafeBufferPointer(start: futures, count: count).map { try $0.future().core }
        let until: WaitCondition
        switch condition {
        case MPIFUTURES_ALL_COMPLETED: until = .allCompleted
        case MPIFUTURES_FIRST_COMPLETED: until = .firstCompleted
        case MPIFUTURES_FIRST_ERROR: until = .firstError
        default: throw CStatus(Status.invalid, "there is no such condition")
        }
        if !isMet(until, by: all, timeout: try duration(timeout)) { throw TimeoutError() }
    }
}
