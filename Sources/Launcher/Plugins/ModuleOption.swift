/// The option `-m`. All arguments after the module belong to its program.
enum ModuleOption {
    /// Returns the index behind `-m` and its module, or nil if the arguments have no `-m`.
    static func end(in arguments: [String]) -> Int? {
        var index = 0
        while index < arguments.count {
            switch arguments[index] {
            case "-m": return index + 1 < arguments.count ? index + 2 : nil
            case "-", "--", "-c", "-f", "--list": return nil
            case let option where OptionWords.withValue.contains(option): index += 2
            case let other:
                guard other.hasPrefix("-") else { return nil }
                index += 1
            }
        }
        return nil
    }
}
