internal import CBOR
internal import CTasks

extension CStatus {
    /// Returns the status and the message that an error of this library has in C.
    init(_ error: any Error) {
        if let error = error as? CStatus {
            self = error
            return
        }
        let status =
            switch error {
            case let error as ExecutorError: Self.status(of: error.code)
            case is CancelledError: Status.cancelled
            case is TimeoutError: Status.timeout
            case is CBORError: Status.malformed
            default: Status.failed
            }
        self.init(status, "\(error)")
    }

    private static func status(of code: ExecutorError.Code) -> CInt {
        switch code {
        case .shutdown: Status.shutdown
        case .drained: Status.drained
        case .broken: Status.broken
        case .notAllowed: Status.notAllowed
        case .undecodableResult: Status.failed
        default: Status.invalid
        }
    }
}

/// Runs the body of a C function, and returns its status. An error becomes the last error of the thread.
func status(_ body: () throws -> Void) -> CInt {
    do {
        try body()
        return Status.ok
    } catch {
        let error = CStatus(error)
        // `MPIFUTURES_END` is not an error, and sets no message.
        return error.status == Status.end ? Status.end : error.setError()
    }
}

/// Runs the body of a C function that makes an object. The caller owns the object.
func newObject(_ body: () throws -> AnyObject) -> OpaquePointer? {
    var object: OpaquePointer?
    _ = status { object = OpaquePointer(Unmanaged.passRetained(try body()).toOpaque()) }
    return object
}

extension OpaquePointer? {
    /// Returns the object of a pointer that C code holds.
    func object<Object: AnyObject>(_ type: Object.Type, _ what: String) throws(CStatus) -> Object {
        guard let self else { throw CStatus.null(what) }
        return Unmanaged<Object>.fromOpaque(UnsafeRawPointer(self)).takeUnretainedValue()
    }

    /// Releases the reference that C code owns.
    func release<Object: AnyObject>(_ type: Object.Type) {
        guard let self else { return }
        Unmanaged<Object>.fromOpaque(UnsafeRawPointer(self)).release()
    }
}
