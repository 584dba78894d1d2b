package import Wire

/// A callable for those who have its arguments as CBOR and want its results as text: the launcher's specs.
package protocol CallableForm: Sendable {
    /// The callable's name for people.
    var name: String { get }
    /// How workers find it.
    var definition: CallableDefinition { get }

    /// Whether an argument may have this label.
    func accepts(label: String) -> Bool

    /// Says what is wrong with arguments, if a worker could not decode them.
    func check(_ arguments: [UInt8]) throws(ArgumentFault)

    /// How arguments are told apart.
    var labelling: Labelling { get }

    /// Whether results are bytes or text, which can be written as they are.
    var hasRawResults: Bool { get }

    /// Writes a result: as JSON and a newline, or, if that is asked for, its bytes.
    ///
    /// - Throws: why the result cannot be written, or is a failure; what has been written stays.
    func append(_ result: UnsafeRawBufferPointer, _ status: ResultStatus, raw: Bool, to text: inout [UInt8]) throws

    /// The arguments and the result, as far as they can be known: `row: Int`, `[UInt8]`.
    var signature: (parameters: [CallableParameter], result: String) { get }
}

/// How the arguments of a callable are told apart.
package enum Labelling: Sendable {
    /// By their labels.
    case labels
    /// By their positions.
    case positions
    /// Either way, as the caller likes.
    case either
}

/// One argument of a callable.
package struct CallableParameter: Hashable, Sendable {
    package let label: String
    /// Nil if it is not known.
    package let type: String?

    package init(label: String, type: String?) {
        self.label = label
        self.type = type
    }
}

/// What is wrong with the arguments of a call.
package struct ArgumentFault: Error, Hashable, Sendable {
    /// The argument at fault; nil if it is none of those that are there.
    package let label: String?
    /// One line.
    package let message: String

    package init(label: String?, _ message: String) {
        self.label = label
        self.message = message
    }
}
