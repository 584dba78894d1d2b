internal import MPIFutures
internal import PluginLoading
internal import Specs

/// A call that has been checked: its callable was found, and its labels and the types of its first arguments are valid.
struct CheckedCall {
    let form: any CallableForm
    /// The calls to which it expands.
    var expansion: SpecExpansion
}

/// Checks calls before any of them is made.
final class CallChecker {
    private let resolver: CallableResolver
    private let lists: CommandLineLists
    private let isRaw: Bool
    private var arguments: [UInt8] = []

    init(_ request: SpecRequest, _ resolver: CallableResolver) {
        self.resolver = resolver
        lists = CommandLineLists(argv: request.arguments, mayReadInput: request.source != .standardInput)
        isRaw = request.isRaw
    }

    /// Returns the callable of a parser's call.
    func resolve(_ parser: SpecParser) throws(SpecError) -> any CallableForm {
        let call = parser.call
        do {
            let form = try resolver.resolve(CallName(parser[call.name]))
            if isRaw, !form.hasRawResults {
                throw UnknownCallable(
                    "--raw writes bytes and text, and \(form.name) returns \(form.signature.result)"
                )
            }
            return form
        } catch {
            throw parser.error("\(error)", at: call.name.lowerBound)
        }
    }

    /// Checks the labels, and the types of the first expanded call's arguments.
    func check(_ parser: SpecParser, _ form: any CallableForm) throws(SpecError) -> SpecExpansion {
        try checkLabels(parser, form)
        let expansion = try SpecExpansion(parser.call, in: parser, lists: lists)
        var first = expansion
        while true {
            arguments.removeAll(keepingCapacity: true)
            guard first.next(appendingTo: &arguments) else { break }
            // An element that is not UTF-8 fails only its own call, if that needs text, so it is no sample of the
            // others.
            guard first.isText else { continue }
            try checkTypes(arguments, parser, form)
            break
        }
        return expansion
    }

    func checkLabels(_ parser: SpecParser, _ form: any CallableForm) throws(SpecError) {
        let call = parser.call
        if call.arguments.first.map({ $0.label == nil }) ?? false, let label = call.arguments.last?.label,
            form.labelling != .positions
        {
            throw parser.error(
                "\(form.name) is no command; '\(SpecCall.inputLabel)' is for sh and exec",
                at: label.lowerBound
            )
        }
        for argument in call.arguments {
            guard let label = argument.label else {
                guard form.labelling == .labels else { return }
                throw parser.error("the arguments of \(form.name) have labels\(Self.offer(form))", at: argument.value)
            }
            guard form.labelling != .positions else {
                throw parser.error("the arguments of \(form.name) have no labels", at: label.lowerBound)
            }
            let text = String(decoding: parser[label], as: UTF8.self)
            guard form.accepts(label: text) else {
                throw parser.error("\(form.name) has no argument '\(text)'\(Self.offer(form))", at: label.lowerBound)
            }
        }
    }

    /// Checks the arguments of one call.
    func checkTypes(_ arguments: [UInt8], _ parser: SpecParser, _ form: any CallableForm) throws(SpecError) {
        do throws(ArgumentFault) {
            try form.check(arguments)
        } catch {
            let place = parser.call.arguments.first { argument in
                argument.label.map { String(decoding: parser[$0], as: UTF8.self) == error.label } ?? false
            }
            throw parser.error("\(form.name): \(error.message)", at: place?.value ?? parser.call.name.lowerBound)
        }
    }

    /// Returns the parameters of the callable, for an error.
    private static func offer(_ form: any CallableForm) -> String {
        let parameters = form.signature.parameters
        return parameters.isEmpty ? "" : "; it has \(parameters.map(\.description).joined(separator: ", "))"
    }
}

extension CallableParameter {
    /// The parameter as it is written in a declaration.
    var description: String { type.map { "\(label): \($0)" } ?? label }
}
