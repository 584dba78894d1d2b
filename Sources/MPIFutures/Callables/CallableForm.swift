package import Wire

/// A callable for code that has its arguments as CBOR and needs its results as text, such as the launcher's specs.
package protocol CallableForm: Sendable {
    /// The callable's name in messages.
    var name: String { get }
    /// The definition by which workers find the callable.
    var definition: CallableDefinition { get }

    /// Returns whether an argument may have this label.
    func accepts(label: String) -> Bool

    /// Checks the arguments. Throws if a worker could not decode them.
    func check(_ arguments: [UInt8]) throws(ArgumentFault)

    /// The way in which arguments are identified.
    var labelling: Labelling { get }

    /// Whether results are bytes or text, which can be written without encoding.
    var hasRawResults: Bool { get }

    /// Writes a result, as JSON and a newline, or as its bytes if `raw` is true.
    ///
    /// - Throws: An error if the result cannot be written or is a failure. Text that was written before stays.
    func append(_ result: UnsafeRawBufferPointer, _ status: ResultStatus, raw: Bool, to text: inout [UInt8]) throws

    /// The parameters and the result, as far as they are known, such as `row: Int` and `[UInt8]`.
    var signature: (parameters: [CallableParameter], result: String) { get }
}

/// The way in which the arguments of a callable are identified.
package enum Labelling: Sendable {
    /// By their labels.
    case labels
    /// By their positions.
    case positions
    /// By labels or positions, as the caller likes.
    case either
}

/// One argument of a callable.
package struct CallableParameter: Hashable, Sendable {
    package let label: String
    /// The type; nil if it is unknown.
    package let type: String?

    package init(label: String, type: String?) {
        self.label = label
        self.type = type
    }
}

/// The error of a call's arguments.
package struct ArgumentFault: Error, Hashable, Sendable {
    /// The label of the wrong argument; nil if no given argument is wrong.
    package let label: String?
    /// The problem in one line.
    package let message: String

    package init(label: String?, _ message: String) {
        self.label = label
        self.message = message
    }
}
