internal import CBOR
internal import CTasks

/// A status for C with its message, made from an error of this library.
struct CStatus: Error {
    let status: CInt
    let message: String

    init(_ status: CInt, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: any Error) {
        if let error = error as? CStatus {
            self = error
            return
        }
        message = "\(error)"
        status =
            switch error {
            case let error as ExecutorError: Self.status(of: error.code)
            case is CancelledError: Status.cancelled
            case is TimeoutError: Status.timeout
            case is CBORError: Status.malformed
            default: Status.failed
            }
    }

    private static func status(of code: ExecutorError.Code) -> CInt {
        switch code {
        case .shutdown: Status.shutdown
        case .broken: Status.broken
        case .notAllowed: Status.notAllowed
        case .undecodableResult: Status.failed
        default: Status.invalid
        }
    }

    static func null(_ what: String) -> CStatus { CStatus(Status.invalid, "\(what) is NULL") }
}

/// Runs the body of a C function, and returns its status. An error becomes the last error of the thread.
func status(_ body: () throws -> Void) -> CInt {
    do {
        try body()
        return Status.ok
    } catch {
        let error = CStatus(error)
        // `MPIFUTURES_END` is not an error, and sets no message.
        return error.status == Status.end ? Status.end : Status.set(error.status, error.message)
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
