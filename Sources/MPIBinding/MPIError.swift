import CMPI

/// A call of MPI that did not succeed.
package struct MPIError: Error, Sendable {
    /// The name of the function in the MPI standard, "MPI_Isend" for one.
    package let call: String

    /// The code that the call returned; its meaning is the MPI library's own.
    package let code: Int

    /// The standard's class of the code, as a number of this MPI library.
    package let errorClass: Int

    /// The name of the class's constant, "MPI_ERR_RANK" for one; nil for a class that is not the
    /// standard's.
    package let errorClassName: String?

    /// The library's words for the code, as `MPI_Error_string` returns them: often several lines.
    package let text: String

    /// Asks MPI for the words that belong to a code.
    @inline(never)
    init(call: StaticString, code: CInt) {
        var errorClass: CInt = 0
        let hasClass = Serialisation.perform { cmpi_error_class(code, &errorClass) } == 0
        self.call = call.description
        self.code = Int(code)
        self.errorClass = hasClass ? Int(errorClass) : Int(code)
        self.errorClassName = cmpi_error_class_name(errorClass).map { String(cString: $0) }
        self.text = mpiText { cmpi_error_string(code, $0) } ?? "no text for error code \(code)"
    }
}

extension MPIError: CustomStringConvertible {
    /// One line: the call, the class, and the library's words with their line breaks taken out.
    package var description: String {
        let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard let errorClassName else { return "\(call): \(words)" }
        return "\(call): \(errorClassName): \(words)"
    }
}

/// A text that MPI writes into a buffer; nil if the call fails.
func mpiText(_ body: (UnsafeMutablePointer<CChar>) -> CInt) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CMPI_TEXT_CAPACITY)) { buffer -> String? in
        buffer.initialize(repeating: 0)
        guard let start = buffer.baseAddress, Serialisation.perform({ body(start) }) == 0 else { return nil }
        return String(cString: start)
    }
}
