internal import CBOR
internal import CMPIFutures
internal import CTasks
internal import Pool
internal import Wire

/// One result as C code reads it. The object keeps the bytes to which values point.
final class CResult: Sendable {
    private let source = ValueSource()
    private let payload: Payload
    private let copy: CopiedBytes?

    /// Makes the result of a call that has ended.
    ///
    /// - Throws: `CStatus` if the call has no value.
    init(_ outcome: Outcome, _ callable: NamedCallable) throws(CStatus) {
        guard case .payload(let payload) = outcome else { throw CStatus(Self.error(of: outcome)) }
        self.payload = payload
        do {
            let (status, bytes) = try payload.read()
            if status.isFailure { throw try RemoteError(cbor: bytes) }
            copy = try callable.transcoded(status, bytes).map { CopiedBytes($0) }
            _ = try Item(checking: copy?.bytes ?? bytes)
        } catch {
            throw CStatus(error)
        }
    }

    var value: mpifutures_value {
        // The initializer has read the payload successfully.
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

/// Bytes at a constant address.
///
/// The conformance is unchecked because the bytes are never written after they have been copied.
private final class CopiedBytes: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(_ content: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 16)
        memory.copyBytes(from: content)
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit { bytes.deallocate() }
}
