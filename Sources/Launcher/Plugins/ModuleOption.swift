/// The option `-m`, after which everything belongs to the module's program.
enum ModuleOption {
    /// The place behind `-m` and its module; nil if the arguments do not name a module so.
    static func end(in arguments: [String]) -> Int? {
        var index = 0
        while index < arguments.count {
            switch arguments[index] {
            case "-m": return index + 1 < arguments.count ? index + 2 : nil
            case "--path", "--workers": index += 2
            case "-", "--", "-c", "-f", "--list": return nil
            case let other:
                guard other.hasPrefix("-") else { return nil }
                index += 1
            }
        }
        return nil
    }
}
