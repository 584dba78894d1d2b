import CMPI

/// The error of a call of MPI that failed.
package struct MPIError: Error, Sendable {
    /// The name of the function in the MPI standard, such as "MPI_Isend".
    package let call: String

    /// The code that the call returned. Its meaning depends on the MPI library.
    package let code: Int

    /// The standard's class of the code, as the number in this MPI library.
    package let errorClass: Int

    /// The name of the class's constant, such as "MPI_ERR_RANK"; nil for a class outside of the standard.
    package let errorClassName: String?

    /// The library's text for the code, as `MPI_Error_string` returns it, often with several lines.
    package let text: String

    /// Makes an error from a code. Asks MPI for the text.
    @inline(never)
    init(call: StaticString, code: CInt) {
        var errorClass: CInt = 0
        let hasClass = MPICallLock.perform { cmpi_error_class(code, &errorClass) } == 0
        self.call = call.description
        self.code = Int(code)
        self.errorClass = hasClass ? Int(errorClass) : Int(code)
        self.errorClassName = cmpi_error_class_name(errorClass).map { String(cString: $0) }
        self.text = mpiText { cmpi_error_string(code, $0) } ?? "no text for error code \(code)"
    }
}

extension MPIError: CustomStringConvertible {
    /// One line with the call, the class, and the library's text without its line breaks.
    package var description: String {
        let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard let errorClassName else { return "\(call): \(words)" }
        return "\(call): \(errorClassName): \(words)"
    }
}

/// Returns a text that MPI writes into a buffer, or nil if the call fails.
func mpiText(_ body: (UnsafeMutablePointer<CChar>) -> CInt) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CMPI_TEXT_CAPACITY)) { buffer -> String? in
        buffer.initialize(repeating: 0)
        guard let start = buffer.baseAddress, MPICallLock.perform({ body(start) }) == 0 else { return nil }
        return String(cString: start)
    }
}
