internal import CBOR
internal import CMPIFutures
internal import CTasks
internal import Pool
internal import Wire

/// One result as C code reads it; it keeps the bytes that values point into.
final class CResult: Sendable {
    private let source = ValueSource()
    private let payload: Payload
    private let copy: CopiedBytes?

    /// Opens what a call has ended with.
    ///
    /// - Throws: `CStatus` if that is no value.
    init(_ outcome: Outcome, _ callable: NamedCallable) throws(CStatus) {
        guard case .payload(let payload) = outcome else { throw CStatus(Self.error(of: outcome)) }
        self.payload = payload
        do {
            let (status, bytes) = try payload.read()
            if status == .failure { throw try RemoteError(cbor: bytes) }
            copy = try callable.transcoded(status, bytes).map { CopiedBytes($0) }
            _ = try Item(checking: copy?.bytes ?? bytes)
        } catch {
            throw CStatus(error)
        }
    }

    var value: mpifutures_value {
        // It was read before, when this was made.
        let bytes = copy?.bytes ?? (try? payload.read().bytes) ?? UnsafeRawBufferPointer(start: nil, count: 0)
        return source.value(Item(bytes, at: 0))
    }

    private static func error(of outcome: Outcome) -> any Error {
        switch outcome {
        case .failure(let error): Outcome.publicError(error)
        case .cancelled: CancelledError()
        case .payload, .value: ExecutorError(.undecodableResult, "the result was made in this process")
        }
    }
}

/// Bytes at an address that stays.
private final class CopiedBytes: @unchecked Sendable {
    // Never written to after it was made.
    let bytes: UnsafeRawBufferPointer

    init(_ content: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 16)
        memory.copyBytes(from: content)
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit { bytes.deallocate() }
}
