/// The command line.
struct Options {
    var picture = Picture()
    var file = "julia.pgm"

    init(_ arguments: some Sequence<String>) throws {
        var operands: [String] = []
        var rest = arguments.makeIterator()
        while let argument = rest.next() {
            switch argument {
            case "--size":
                let value = rest.next() ?? ""
                let numbers = value.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
                guard numbers.count == 2, numbers.allSatisfy({ (1...100_000).contains($0) }) else {
                    throw UsageError("--size is two numbers from 1 to 100000, like 1280x960, not '\(value)'")
                }
                (picture.width, picture.height) = (numbers[0], numbers[1])
            case "--constant":
                let value = rest.next() ?? ""
                let numbers = value.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
                guard numbers.count == 2, numbers.allSatisfy(\.isFinite) else {
                    throw UsageError("--constant is two numbers, like 0,0.65, not '\(value)'")
                }
                picture.c = Complex(re: numbers[0], im: numbers[1])
            default:
                if argument.hasPrefix("-"), argument != "-" { throw UsageError("there is no option '\(argument)'") }
                operands.append(argument)
            }
        }
        guard operands.count < 2 else { throw UsageError("more than one file: \(operands.joined(separator: ", "))") }
        file = operands.first ?? file
    }
}

struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ problem: String) {
        description = "\(problem)\nusage: libjulia.so [--size WIDTHxHEIGHT] [--constant RE,IM] [FILE, or - for stdout]"
    }
}
