/// The command line.
struct Options {
    var numbers = 1_000_000_000_000...1_000_000_000_200

    init(_ arguments: some Collection<String>) throws {
        if arguments.isEmpty { return }
        let bounds = arguments.compactMap { Int($0) }
        guard arguments.count == 2, bounds.count == 2, bounds[0] <= bounds[1], bounds[1] < .max else {
            throw UsageError()
        }
        numbers = bounds[0]...bounds[1]
    }
}

struct UsageError: Error, CustomStringConvertible {
    var description: String { "FIRST and LAST are two whole numbers in order\nusage: libprimes.so [FIRST LAST]" }
}
