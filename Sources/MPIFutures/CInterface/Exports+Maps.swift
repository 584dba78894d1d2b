// The functions of mpifutures.h that deal with maps. The header has their contracts.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase
package import CMPIFutures
internal import CTasks
internal import Pool
internal import Waiting

/// The map object of the C interface. One thread at a time takes results.
final class CMap {
    private let map: MapCore
    private let callable: NamedCallable
    /// Results that have been taken from the map and not been returned.
    private var taken: [Outcome] = []
    private var position = 0
    private var count = 0
    /// Whether anybody has asked for a result.
    private var hasBegun = false
    /// The result that was returned last.
    private var current: CResult?

    private static let batch = 256

    init(_ map: MapCore, _ callable: NamedCallable) {
        self.map = map
        self.callable = callable
    }

    // As in `MapCursor.abandon`, a map whose results nobody has asked for makes its calls.
    deinit { if hasBegun { map.cancel() } else { map.abandon() } }

    /// Cancels the calls that have not been sent to a worker.
    func cancel() { map.cancel() }

    /// Waits for the next result and returns it.
    ///
    /// - Throws: `CStatus`. At the end its status is `Status.end`.
    func next(_ timeout: Duration?) throws -> mpifutures_value {
        hasBegun = true
        current = nil
        if position == taken.count { try take(until: timeout.map { .after($0) }) }
        defer { position += 1 }
        let result = try CResult(taken[position], callable)
        current = result
        return result.value
    }

    private func take(until deadline: Instant?) throws {
        let parker = Parker()
        while true {
            switch map.take(from: count, limit: Self.batch, wake: { parker.unpark() }) {
            case .outcomes(let outcomes):
                taken = outcomes
                position = 0
                count += outcomes.count
                return
            case .nothingYet: if !parker.park(until: deadline) { throw TimeoutError() }
            case .end: throw CStatus(Status.end, "")
            }
        }
    }
}

/// The arguments of a map's next call, which the program sets.
final class CArguments {
    /// The encoded arguments; an empty list until the program sets others.
    var bytes: [UInt8] = [0x80]
}

@c @implementation
package func mpifutures_arguments_set_cbor(
    _ arguments: OpaquePointer?,
    _ bytes: UnsafeRawPointer?,
    _ size: Int
) -> CInt {
    status {
        let arguments = try arguments.object(CArguments.self, "the place for the arguments")
        arguments.bytes = try checkedArguments(bytes, size)
    }
}

@c @implementation
package func mpifutures_executor_map(
    _ executor: OpaquePointer?,
    _ callable: UnsafePointer<CChar>?,
    _ next: (@convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> CInt)?,
    _ context: UnsafeMutableRawPointer?,
    _ options: UnsafePointer<mpifutures_map_options>?
) -> OpaquePointer? {
    newObject {
        let executor = try executor.executor()
        let callable = try executor.callable(callable)
        guard let next else { throw CStatus.null("the function that gives arguments") }
        let chunkSize = options?.pointee.chunk_size ?? 0
        guard chunkSize >= 0 else { throw CStatus(Status.invalid, "the chunk size is too large") }
        let engine = executor.executor.engine
        try engine.checkOpen()
        let core = MapCore(isOrdered: !(options?.pointee.unordered ?? false))
        let map = CMap(core, callable)
        let feeder = MapFeeder(engine, core, chunkSize: chunkSize == 0 ? nil : chunkSize, engine.callables)
        do {
            while let bytes = try arguments(from: next, context) {
                try feeder.addEncoded(NamedCall(wireName: callable.wireName, arguments: bytes))
            }
            try feeder.finish()
        } catch {
            map.cancel()
            throw error
        }
        return map
    }
}

/// Returns the arguments of the next call, or nil if there is none.
private func arguments(
    from next: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> CInt,
    _ context: UnsafeMutableRawPointer?
) throws -> [UInt8]? {
    let arguments = CArguments()
    let status = withExtendedLifetime(arguments) {
        next(context, OpaquePointer(Unmanaged.passUnretained(arguments).toOpaque()))
    }
    switch status {
    case Status.ok: return arguments.bytes
    case Status.end: return nil
    // The status is an error of this library, which has a message.
    case mpifutures_error_status(): throw CStatus(status, String(cString: mpifutures_error_message()))
    default: throw CStatus(Status.invalid, "the function that gives arguments gave up with status \(status)")
    }
}

@c @implementation
package func mpifutures_map_next(
    _ map: OpaquePointer?,
    _ timeout: Double,
    _ value: UnsafeMutablePointer<mpifutures_value>?
) -> CInt {
    status {
        let result = try map.object(CMap.self, "the map").next(try duration(timeout))
        value?.pointee = result
    }
}

@c @implementation
package func mpifutures_map_release(_ map: OpaquePointer?) { map.release(CMap.self) }
