package import Linux

/// The error of a journal that cannot be used, in one line that ends with the remedy.
package struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The system has refused an operation.
        case system(SystemError.Code)
        /// Another process has the journal, or this one has it with other options.
        case inUse
        /// The file is not a journal.
        case foreign
        /// The header of the file is damaged.
        case damaged
        case tooLarge
    }

    package let reason: Reason
    package let description: String

    init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}

/// The name of a file in a message.
func quoted(_ path: String) -> String { "'\(path)'" }
