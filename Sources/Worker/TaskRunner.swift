package import CBOR
package import Wire

/// Runs one callable. This protocol separates the serve loop from the language of the callable.
///
/// Runners are classes, since passing a reference from call to call costs nothing.
package protocol TaskRunner: AnyObject, Sendable {
    /// The callable's name for messages.
    var name: String { get }

    /// Runs one call.
    ///
    /// - Parameters:
    ///   - arguments: The encoded arguments. They are valid during the call.
    ///   - result: Receives the bytes of the value. Its contents are dropped if the call throws.
    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus
}

/// The arguments of one call.
package struct TaskArguments {
    package let bytes: UnsafeRawBufferPointer
    /// The frame that brought the arguments. Its out-of-band arrays belong to this call.
    ///
    /// The reference is not counted, since the serve loop holds the frame until all of its calls have been made.
    private let frame: Unmanaged<FrameBuffer>

    package init(bytes: UnsafeRawBufferPointer, frame: FrameBuffer) {
        self.bytes = bytes
        self.frame = .passUnretained(frame)
    }

    /// Removes the out-of-band arrays from the frame and returns them. The caller that decodes them is then their only
    /// owner.
    package func takeArrays() -> [NumberArray] {
        frame._withUnsafeGuaranteedRef { frame in
            if !frame.hasOutOfBandArrays { return [] }
            defer { frame.outOfBand = [] }
            return frame.outOfBand
        }
    }
}

/// The error of a failed call, before the worker adds its identity.
package struct TaskError: Error {
    package let stage: TaskFailure.Stage
    package let underlying: any Error

    package init(_ stage: TaskFailure.Stage, _ underlying: any Error) {
        self.stage = stage
        self.underlying = underlying
    }
}

/// Finds callables and describes errors. The serve loop delegates to it all that depends on the language of the
/// callables.
package protocol TaskLanguage: Sendable {
    /// Returns the runner of a callable.
    ///
    /// - Throws: An error that says why there is none.
    func runner(for definition: CallableDefinition) throws -> any TaskRunner

    /// Returns the name, for messages, of a callable that has no runner.
    func name(of definition: CallableDefinition) -> String

    /// Returns the type and text of an error. If the error can travel, the result also has its name on the wire and its
    /// encoding in CBOR.
    func describe(_ error: any Error) -> (typeName: String, message: String, wireName: String?, encoded: [UInt8]?)

    /// Returns the encoding of a failure in CBOR.
    func encode(_ failure: TaskFailure) -> [UInt8]
}
