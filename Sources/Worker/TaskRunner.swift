package import CBOR
package import Wire

/// One callable, as a worker runs it: the seam between the serve loop and the language of the callable.
///
/// Classes only: a reference is handed from call to call at no cost.
package protocol TaskRunner: AnyObject, Sendable {
    /// The callable's name for messages.
    var name: String { get }

    /// Runs one call.
    ///
    /// - Parameters:
    ///   - arguments: as they travelled; valid during the call.
    ///   - result: takes the value's bytes; what stands in it after a throw is not used.
    func run(_ arguments: TaskArguments, _ result: FrameBuffer) throws(TaskError) -> ResultStatus
}

/// The arguments of one call.
package struct TaskArguments {
    package let bytes: UnsafeRawBufferPointer
    /// The frame that brought them; its arrays belong to this call.
    ///
    /// Not counted as a reference: the serve loop holds the frame until all of its calls have been made.
    private let frame: Unmanaged<FrameBuffer>

    package init(bytes: UnsafeRawBufferPointer, frame: FrameBuffer) {
        self.bytes = bytes
        self.frame = .passUnretained(frame)
    }

    /// The arrays that came beside the bytes. They leave the frame: who decodes them is then their only owner.
    package func takeArrays() -> [NumberArray] {
        frame._withUnsafeGuaranteedRef { frame in
            if frame.outOfBand.isEmpty { return [] }
            defer { frame.outOfBand = [] }
            return frame.outOfBand
        }
    }
}

/// A failed call, before the worker adds who it is.
package struct TaskError: Error {
    package let stage: TaskFailure.Stage
    package let underlying: any Error

    package init(_ stage: TaskFailure.Stage, _ underlying: any Error) {
        self.stage = stage
        self.underlying = underlying
    }
}

/// Finds callables and describes errors: what a serve loop has to know of the language of its callables.
package protocol TaskLanguage: Sendable {
    /// The runner of a callable; throws a description of why there is none.
    func runner(for definition: CallableDefinition) throws -> any TaskRunner

    /// The name for people of a callable that has no runner.
    func name(of definition: CallableDefinition) -> String

    /// An error's type, text and, if it can travel, the error itself.
    func describe(_ error: any Error) -> (typeName: String, message: String, wireName: String?, encoded: [UInt8]?)

    /// A failure as it travels.
    func encode(_ failure: TaskFailure) -> [UInt8]
}
