internal import CBOR

extension ArgumentFault {
    /// Describes an error of decoding arguments, for a reader who wrote them as text.
    ///
    /// - Parameter parameters: The known parameters of the callable.
    init(_ error: any Error, parameters: [CallableParameter] = []) {
        switch error {
        case DecodingError.keyNotFound(let key, let context) where context.codingPath.isEmpty:
            let type = parameters.first { $0.label == key.stringValue }?.type.map { " (\($0))" } ?? ""
            self.init(label: nil, "the argument '\(key.stringValue)'\(type) is missing")
        case DecodingError.keyNotFound(_, let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
            self.init(context.codingPath, context.debugDescription)
        case let error as CBORError:
            self.init(error.codingPath, error.message)
        default:
            self.init(label: nil, "the arguments are refused: \(error)")
        }
    }

    private init(_ path: [any CodingKey], _ problem: String) {
        // The position in the encoded bytes does not help the reader.
        let problem = problem.prefix(upTo: problem.firstRange(of: " at byte ")?.lowerBound ?? problem.endIndex)
        let steps = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
        let label = path.first.flatMap { $0.intValue == nil ? $0.stringValue : nil }
        let place = steps.joined().drop { $0 == "." }
        self.init(label: label, place.isEmpty ? String(problem) : "'\(place)': \(problem)")
    }
}
