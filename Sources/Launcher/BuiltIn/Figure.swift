/// Numbers with units, to three digits.
enum Figure {
    static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<1e-3: "\(digits(seconds * 1e6)) us"
        case ..<1: "\(digits(seconds * 1e3)) ms"
        default: "\(digits(seconds)) s"
        }
    }

    static func rate(_ rate: Double) -> String {
        switch rate {
        case 1e6...: "\(digits(rate / 1e6)) million calls/s"
        case 1e3...: "\(digits(rate / 1e3)) thousand calls/s"
        default: "\(digits(rate)) calls/s"
        }
    }

    static func bandwidth(_ bytes: Double) -> String {
        bytes >= 1e9 ? "\(digits(bytes / 1e9)) GB/s" : "\(digits(bytes / 1e6)) MB/s"
    }

    /// Returns a number between 1 and 1000 with three digits, as 1.23, 12.3 and 123.
    private static func digits(_ number: Double) -> String {
        guard number.isFinite, number < 1e15 else { return "\(number)" }
        let places = number < 9.995 ? 2 : number < 99.95 ? 1 : 0
        let scale = [1, 10, 100][places]
        let scaled = Int((number * Double(scale)).rounded())
        guard places > 0 else { return "\(scaled)" }
        let fraction = String(scaled % scale)
        return "\(scaled / scale).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }
}
