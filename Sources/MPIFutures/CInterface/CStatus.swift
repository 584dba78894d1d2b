internal import CBOR
internal import CTasks

/// A status for C with its message, made of the errors of this library.
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

/// Runs the body of a C function; its error becomes the thread's.
func status(_ body: () throws -> Void) -> CInt {
    do {
        try body()
        return Status.ok
    } catch {
        let error = CStatus(error)
        // The end of something is no error.
        return error.status == Status.end ? Status.end : Status.set(error.status, error.message)
    }
}

/// Runs the body of a C function that makes an object, which the caller then owns.
func newObject(_ body: () throws -> AnyObject) -> OpaquePointer? {
    var object: OpaquePointer?
    _ = status { object = OpaquePointer(Unmanaged.passRetained(try body()).toOpaque()) }
    return object
}

extension OpaquePointer? {
    /// The object that C code holds.
    func object<Object: AnyObject>(_ type: Object.Type, _ what: String) throws(CStatus) -> Object {
        guard let self else { throw CStatus.null(what) }
        return Unmanaged<Object>.fromOpaque(UnsafeRawPointer(self)).takeUnretainedValue()
    }

    /// Ends C's ownership of an object.
    func release<Object: AnyObject>(_ type: Object.Type) {
        guard let self else { return }
        Unmanaged<Object>.fromOpaque(UnsafeRawPointer(self)).release()
    }
}
