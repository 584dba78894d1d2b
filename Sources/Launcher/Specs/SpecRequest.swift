/// What the command line says about calls to run.
struct SpecRequest: Equatable {
    /// Where the calls stand.
    enum Source: Equatable {
        /// `-c SPEC`
        case text([UInt8])
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

    var source: Source
    /// What follows the spec: `argv` in it. It need not be UTF-8, and neither does the spec.
    var arguments: [[UInt8]] = []
    /// The directories of `--path`.
    var paths: [String] = []
    /// Results are bytes or text, written as they are.
    var isRaw = false
    /// Results are written as they come.
    var isUnordered = false

    /// Takes the spec and its arguments as they are.
    ///
    /// - Parameter words: the whole command line.
    /// - Returns: How many words of it are options, which have to be UTF-8.
    mutating func take(from words: [[UInt8]]) -> Int {
        let optionCount = words.count - arguments.count
        arguments = Array(words[optionCount...])
        guard case .text = source else { return optionCount }
        source = .text(words[optionCount - 1])
        return optionCount - 1
    }
}

/// A spec that cannot be run; one or more lines, ready to be shown.
struct SpecFailure: Error, Equatable, CustomStringConvertible {
    let description: String
}
