import PluginLoading

/// Performs a command and returns its answer.
func answer(to command: String, _ operands: [String]) -> String {
    do {
        switch (command, operands.count) {
        case ("load", 1):
            return try "loaded \(Plugin.load(path: operands[0]).identity)"
        case ("symbol", 2):
            _ = try Plugin.load(path: operands[0]).symbol(operands[1])
            return "found"
        case ("use-arguments", 0):
            return "used \(CommandLine.arguments.count) \(CommandLine.argc)"
        case ("run", 1...):
            return try "returned \(Plugin.load(path: operands[0]).runMain(arguments: Array(operands.dropFirst())))"
        case ("names", 1):
            return try fixtureTypes(Plugin.load(path: operands[0])).map(describe).joined(separator: "\t")
        case ("match", 1...):
            return try match(operands.dropFirst(), with: fixtureTypes(Plugin.load(path: operands[0])))
        case ("resolve", 1):
            return TypeIdentity.type(named: unhexed(operands[0])).map(TypeIdentity.displayName) ?? "none"
        case ("written", 1):
            return TypeIdentity.types(written: operands[0]).map(TypeIdentity.displayName).joined(separator: "\t")
        case ("copies", 1):
            return String(MappedLibrary.copies(of: operands[0]).count)
        default:
            return "no such command"
        }
    } catch {
        return "error: \(error)"
    }
}

/// The types that a fixture hands out through its C function `fixture_types`.
private func fixtureTypes(_ plugin: Plugin) throws -> [Any.Type] {
    typealias Receiver = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer) -> Void
    typealias Source = @convention(c) (UnsafeMutableRawPointer, Receiver) -> Void
    let source = unsafeBitCast(try plugin.symbol("fixture_types"), to: Source.self)
    var types: [Any.Type] = []
    withUnsafeMutablePointer(to: &types) { list in
        source(list) { list, metadata in
            let type = unsafeBitCast(metadata, to: Any.Type.self)
            list.assumingMemoryBound(to: [Any.Type].self).pointee.append(type)
        }
    }
    return types
}

/// A type's name on the wire and for people.
private func describe(_ type: Any.Type) -> String {
    do {
        return try "\(TypeIdentity.name(of: type)) \(TypeIdentity.displayName(of: type))"
    } catch {
        return "error: \(error)"
    }
}

/// Whether each name stands for the type at the same position.
private func match(_ names: ArraySlice<String>, with types: [Any.Type]) -> String {
    zip(names, types).map { name, type in
        guard let found = TypeIdentity.type(named: name) else { return "none" }
        return found == type ? "same" : "other"
    }.joined(separator: "\t")
}

/// The text whose UTF-8 bytes are written as hexadecimal digits; it may contain anything, tabs and newlines included.
private func unhexed(_ digits: String) -> String {
    String(decoding: ImageIdentity(digits)?.bytes ?? [], as: UTF8.self)
}
