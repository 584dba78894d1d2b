/// The part of the command line about calls to run.
struct SpecRequest: Equatable {
    /// The source of the calls.
    enum Source: Equatable {
        /// `-c SPEC`
        case text([UInt8])
        /// `-f FILE`
        case file(String)
        /// `-`
        case standardInput

        /// The name of the source in errors.
        var name: String {
            switch self {
            case .text: "spec"
            case .file(let path): path
            case .standardInput: "stdin"
            }
        }
    }

    var source: Source
    /// The arguments after the spec, which are `argv` in it. Neither they nor the spec need be UTF-8.
    var arguments: [[UInt8]] = []
    /// The directories of `--path`.
    var paths: [String] = []
    /// Whether results, which must be bytes or text, are written without encoding.
    var isRaw = false
    /// Whether results are written in the order of their arrival.
    var isUnordered = false
    var output = OutputRequest()

    /// Reads the spec and its arguments as bytes.
    ///
    /// - Parameter words: The whole command line.
    /// - Returns: The number of words that are options, which must be UTF-8.
    mutating func take(from words: [[UInt8]]) -> Int {
        let optionCount = words.count - arguments.count
        arguments = Array(words[optionCount...])
        guard case .text = source else { return optionCount }
        source = .text(words[optionCount - 1])
        return optionCount - 1
    }
}

/// The error of a spec that cannot be run, in one or more lines that are ready to be shown.
struct SpecFailure: Error, Equatable, CustomStringConvertible {
    let description: String
}
