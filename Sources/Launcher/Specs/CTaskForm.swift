internal import CBOR
internal import MPIFutures
internal import PluginLoading
internal import Wire

/// A task in C: a function that its library exports.
///
/// The types of its arguments are unknown, so errors in them show when it is called.
struct CTaskForm: CallableForm {
    let name: String
    let definition: CallableDefinition

    /// Finds a function. Returns nil if the library defines none of that name.
    init?(_ name: String, in library: Plugin) {
        guard (try? library.function(name)) != nil, name != "main" else { return nil }
        self.name = name
        definition = CallableDefinition(
            name: "c:\(name)\0\(library.identity)\0\(library.path)",
            encoding: .cbor
        )
    }

    var labelling: Labelling { .either }
    func accepts(label: String) -> Bool { true }
    func check(_ arguments: [UInt8]) throws(ArgumentFault) {}
    var hasRawResults: Bool { true }
    var signature: (parameters: [CallableParameter], result: String) { ([], "any value") }

    func append(_ result: UnsafeRawBufferPointer, _ status: ResultStatus, raw: Bool, to text: inout [UInt8]) throws {
        let value = try CBORValue(parsing: result)
        switch value {
        case .bytes(let bytes) where raw: text.append(contentsOf: bytes)
        case .text(let content) where raw: text.append(contentsOf: content.utf8)
        case _ where raw: throw UnknownCallable("--raw writes bytes and text, and \(name) has returned \(value.json)")
        default: text.append(contentsOf: (value.json + "\n").utf8)
        }
    }
}

extension Plugin {
    /// The functions that may be tasks in C: those that a user of `mpifutures.h` exports.
    ///
    /// C keeps no types, so some functions may be helpers. Names that begin with an underscore belong to compilers, and
    /// those that end with one to Fortran: procedures that are not `bind(c)`, in modules and outside of them.
    var cTasks: [CTaskForm] {
        guard let symbols = try? ELFSymbols(path: path), symbols.needed.contains(where: { $0.hasPrefix("mpifutures_") })
        else { return [] }
        return symbols.functions.filter { !$0.hasPrefix("_") && !$0.hasSuffix("_") && !$0.hasPrefix("$") }
            .compactMap { CTaskForm($0, in: self) }
    }
}
