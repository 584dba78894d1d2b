package import Identities

/// Variables of the environment that each worker gets with its own numbers in them, such as
/// `CUDA_VISIBLE_DEVICES={local}`.
package struct WorkerTemplates: Equatable, Sendable {
    /// The texts by the names of the variables.
    private var texts: [String: String] = [:]

    /// The variable by which templates reach processes.
    package static var variable: String { "MPIFUTURES_WORKER_ENVIRONMENT" }

    package init() {}

    package var isEmpty: Bool { texts.isEmpty }

    /// Returns these templates, with others in place of those of the same names.
    package func merging(_ others: WorkerTemplates) -> WorkerTemplates {
        var merged = self
        merged.texts.merge(others.texts) { $1 }
        return merged
    }

    /// Returns the variables of a worker, in the order of their names.
    package func variables(of place: WorkerPlace) -> [(name: String, value: String)] {
        texts.sorted { $0.key < $1.key }.map { (name: $0.key, value: Self.expand($0.value) { $0.value(in: place) }) }
    }
}

// MARK: - Parsing

extension WorkerTemplates {
    /// - Throws: `WorkerTemplateError` for a name that no variable can have, and for a word in braces that is unknown.
    package init(_ texts: [String: String]) throws(WorkerTemplateError) {
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) { try add(name, text) }
    }

    /// Parses lines of the form "NAME=VALUE".
    package init(lines: some StringProtocol) throws(WorkerTemplateError) {
        for line in lines.split(separator: "\n") { try add(line: line) }
    }

    /// The templates as lines, which `init(lines:)` parses.
    package var lines: String {
        texts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    /// Adds a template of the form "NAME=VALUE".
    package mutating func add(line: some StringProtocol) throws(WorkerTemplateError) {
        guard let end = line.firstIndex(of: "=") else {
            throw WorkerTemplateError("has '\(line)', but must have NAME=VALUE")
        }
        try add(String(line[..<end]), String(line[line.index(after: end)...]))
    }

    private mutating func add(_ name: String, _ text: String) throws(WorkerTemplateError) {
        guard !name.isEmpty, !name.contains(where: { "=\n\0".contains($0) }) else {
            throw WorkerTemplateError("has '\(name)' for a name, which no variable can have")
        }
        guard !text.contains(where: { "\n\0".contains($0) }) else {
            throw WorkerTemplateError("has a value of several lines for \(name), but can have one line only")
        }
        if let word = Self.unknownWord(in: text) {
            let known = Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
            throw WorkerTemplateError(
                "has {\(word)} in the value of \(name), but knows only \(known), and {local%4} for a rest"
            )
        }
        texts[name] = text
    }
}

/// The error of a template, as the end of a sentence that begins with its origin.
package struct WorkerTemplateError: Error, Equatable {
    package let problem: String

    init(_ problem: String) { self.problem = problem }
}

// MARK: - Expanding

extension WorkerTemplates {
    /// A number of a worker, by its word in templates.
    private enum Placeholder: String, CaseIterable {
        case worker, workers, local, locals, host, hosts

        func value(in place: WorkerPlace) -> Int {
            switch self {
            case .worker: place.number
            case .workers: place.count
            case .local: place.localNumber
            case .locals: place.localCount
            case .host: place.hostNumber
            case .hosts: place.hostCount
            }
        }
    }

    /// A number, or the rest of its division.
    private struct Field {
        let placeholder: Placeholder
        let divisor: Int?

        /// Parses what stands between braces: a word, or a word, "%" and a positive number.
        init?(_ text: Substring) {
            let parts = text.split(separator: "%", omittingEmptySubsequences: false)
            guard let placeholder = Placeholder(rawValue: String(parts[0])), parts.count <= 2 else { return nil }
            self.placeholder = placeholder
            guard parts.count == 2 else {
                divisor = nil
                return
            }
            guard let divisor = Int(parts[1]), divisor > 0 else { return nil }
            self.divisor = divisor
        }

        func value(in place: WorkerPlace) -> Int {
            let number = placeholder.value(in: place)
            return divisor.map { number % $0 } ?? number
        }
    }

    /// Returns the text with each field replaced. Other braces stay as they are.
    private static func expand(_ text: String, _ value: (Field) -> Int) -> String {
        var expanded = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
            if let field = Field(rest[rest.index(after: start)..<end]) {
                expanded += rest[..<start] + "\(value(field))"
                rest = rest[rest.index(after: end)...]
            } else {
                expanded += rest[...start]
                rest = rest[rest.index(after: start)...]
            }
        }
        return expanded + rest
    }

    /// Returns a word in braces that looks like a field and is none, so that no misspelt word goes unnoticed.
    private static func unknownWord(in text: String) -> Substring? {
        var rest = text[...]
        while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
            // In `${HOME}` it is the shell's word.
            let isShells = start > text.startIndex && text[text.index(before: start)] == "$"
            let word = rest[rest.index(after: start)..<end]
            let isWord = word.first?.isLetter == true && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "%" }
            if isWord, !isShells, Field(word) == nil { return word }
            rest = rest[rest.index(after: start)...]
        }
        return nil
    }
}
