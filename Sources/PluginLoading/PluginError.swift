package import Linux

/// The error of a plugin that cannot be loaded, found, or run.
///
/// The message is one line that tells what is wrong, with which file, and what to do about it. It has no program name,
/// rank or host: the caller adds those in front.
package struct PluginError: Error, Hashable, Sendable {
    /// The kind of failure.
    ///
    /// More kinds may be added: a `switch` over codes needs a default.
    package struct Code: Hashable, Sendable {
        let name: String

        package init(_ name: String) {
            self.name = name
        }

        /// There is no such file.
        package static let missing = Code("missing")
        /// The path names a directory.
        package static let directory = Code("directory")
        /// The file exists, but its bytes cannot be read.
        package static let unreadable = Code("unreadable")
        /// The file is something other than a shared library.
        package static let notALibrary = Code("notALibrary")
        /// The file is a program or a library for another kind of processor.
        package static let wrongArchitecture = Code("wrongArchitecture")
        /// The file ends before the data that its own headers announce.
        package static let truncated = Code("truncated")
        /// The library needs a symbol that nothing provides.
        package static let unresolvedSymbol = Code("unresolvedSymbol")
        /// The library needs another library that the loader does not find.
        package static let missingDependency = Code("missingDependency")
        /// The library defines no function `main`.
        package static let noMain = Code("noMain")
        /// The library does not define the symbol that was asked for.
        package static let noSymbol = Code("noSymbol")
        /// The system's loader refused the library for a reason of its own.
        package static let loaderRefused = Code("loaderRefused")
        /// The Swift runtime did not accept the program's arguments.
        package static let argumentsRefused = Code("argumentsRefused")
        /// The library is not the build that was asked for.
        package static let otherBuild = Code("otherBuild")
        /// The archive is damaged, unsafe, or too large.
        package static let badArchive = Code("badArchive")
        /// The script does not compile, or there is no compiler.
        package static let notCompiled = Code("notCompiled")
        /// A rank could not get the plugin's files ready, or was not given them.
        package static let notStaged = Code("notStaged")
        /// The name of a module is not one.
        package static let badModuleName = Code("badModuleName")
        /// No directory of the search path holds the module.
        package static let moduleNotFound = Code("moduleNotFound")
    }

    package let code: Code

    /// The file as the user wrote it, or the module's name.
    package let path: String

    /// What is wrong, and what to do about it unless that is the remedy.
    package let problem: String

    /// The system's reason; nil if the problem is not one of the system.
    package let cause: SystemError.Code?

    /// What the user can do; nil if the problem says it.
    package let remedy: String?

    package init(
        code: Code,
        path: String,
        problem: String,
        cause: SystemError.Code? = nil,
        remedy: String? = nil
    ) {
        self.code = code
        self.path = path
        self.problem = problem
        self.cause = cause
        self.remedy = remedy
    }

    /// One line, without a newline at its end.
    package var message: String {
        problem + (cause.map { ": \($0)" } ?? "") + (remedy.map { "; \($0)" } ?? "")
    }
}

extension PluginError {
    /// Makes an error whose message begins with the name of the file.
    ///
    /// - Parameters:
    ///   - reason: What is wrong with the file; nil if the system's reason says it all.
    ///   - cause: The system's reason.
    package static func cannotLoad(
        _ path: String,
        _ code: Code,
        _ reason: String? = nil,
        cause: SystemError.Code? = nil
    ) -> PluginError {
        let reason = reason.map { ": \(oneLine($0))" } ?? ""
        return PluginError(code: code, path: path, problem: "cannot load \(quoted(path))\(reason)", cause: cause)
    }
}

extension PluginError: CustomStringConvertible {
    package var description: String { message }
}

/// Returns the text in single quotes, fit for a message of one line.
package func quoted(_ text: String) -> String {
    "'\(oneLine(text))'"
}

/// Returns the text with its control characters escaped, so that a file's name can neither break a line nor control a
/// terminal.
package func oneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        if isControl(scalar) {
            result += scalar.escaped(asASCII: true)
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
    return result
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
}
