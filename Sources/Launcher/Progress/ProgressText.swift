/// How the progress is shown on a terminal.
enum ProgressStyle: Equatable {
    /// Words and numbers.
    case line
    /// A bar, and fewer words.
    case bar
}

/// The figures of a run's progress, and the words for them.
struct ProgressText {
    let done: Int
    /// How many calls there are; nil if further ones may come.
    let total: Int?
    /// How many results came from a journal.
    let known: Int
    let running: Int
    let failed: Int
    /// The calls that end in a second; nil if that is not known yet.
    let rate: Double?
    let secondsLeft: Double?

    /// The line of other files than terminals, without the newline.
    var sentence: String {
        var parts = [total.map { "\(done) of \($0) done" } ?? "\(done) done"]
        if known > 0 { parts.append("\(known) from the journal") }
        return "mpifutures: " + (parts + figures(rateIn: " calls/s")).joined(separator: ", ")
    }

    /// Returns what the line and the bar say behind the number of calls that are done.
    private func figures(rateIn unit: String) -> [String] {
        var parts: [String] = []
        if running > 0 { parts.append("\(running) running") }
        if failed > 0 { parts.append("\(failed) failed") }
        if let rate { parts.append("\(Self.number(rate))\(unit)") }
        if let secondsLeft, done + failed < total ?? .max { parts.append("\(Self.duration(secondsLeft)) left") }
        return parts
    }

    /// Returns the line of a terminal.
    func line(_ style: ProgressStyle, columns: Int) -> String {
        let line = style == .bar ? bar(columns: columns) ?? sentence : sentence
        // In the last column a terminal may begin the next line.
        return String(line.prefix(max(0, columns - 1)))
    }

    /// Returns a share of all calls, a bar for it that fills the line, and the numbers; nil if the number of all calls is
    /// not known, or if the terminal has no room for a bar.
    private func bar(columns: Int) -> String? {
        guard let total, total > 0 else { return nil }
        let numbers = (["\(done) of \(total)"] + figures(rateIn: "/s")).joined(separator: ", ")
        let ended = min(done + failed, total)
        let share = "\(Int(100 * Double(ended) / Double(total))) %"
        let head = String(repeating: " ", count: max(0, 5 - share.count)) + share
        let room = columns - 1 - head.count - numbers.count - " [] ".count
        guard room >= Self.leastBar else { return nil }
        let width = min(room, Self.longestBar)
        let filled = Int(Double(width) * Double(ended) / Double(total))
        var bar = String(repeating: "=", count: filled)
        if filled < width { bar += ">" + String(repeating: " ", count: width - filled - 1) }
        return "\(head) [\(bar)] \(numbers)"
    }

    /// The fewest and the most characters of a bar.
    private static let (leastBar, longestBar) = (10, 60)

    /// Returns a number with three digits.
    private static func number(_ value: Double) -> String {
        let steps: Double = value >= 100 ? 1 : value >= 10 ? 10 : 100
        let rounded = (value * steps).rounded() / steps
        return steps == 1 ? "\(Int(min(rounded, 1e15)))" : "\(rounded)"
    }

    /// Returns a duration in its two largest units.
    static func duration(_ seconds: Double) -> String {
        let total = Int(min(max(seconds, 0), 1e12).rounded())
        let (days, hours) = (total / 86400, total / 3600 % 24)
        let (minutes, rest) = (total / 60 % 60, total % 60)
        if days > 0 { return "\(days) d \(hours) h" }
        if hours > 0 { return "\(hours) h \(minutes) min" }
        return minutes > 0 ? "\(minutes) min \(rest) s" : "\(rest) s"
    }
}
