/// What the command line says about calls to run.
struct SpecRequest: Equatable {
    /// Where the calls stand.
    enum Source: Equatable {
        /// `-c SPEC`
        case text(String)
        /// `-f FILE`
        case file(String)
        /// `-`
        case standardInput

        /// What errors call it.
        var name: String {
            switch self {
            case .text: "spec"
            case .file(let path): path
            case .standardInput: "stdin"
            }
        }
    }

    let source: Source
    /// What follows the spec: `argv` in it.
    var arguments: [String] = []
    /// The directories of `--path`.
    var paths: [String] = []
    /// Results are bytes or text, written as they are.
    var isRaw = false
    /// Results are written as they come.
    var isUnordered = false
}

/// A spec that cannot be run; one or more lines, ready to be shown.
struct SpecFailure: Error, Equatable, CustomStringConvertible {
    let description: String
}
