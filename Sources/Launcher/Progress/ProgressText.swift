/// The words for a run's progress.
enum ProgressText {
    /// Returns one line, without the newline.
    ///
    /// - Parameters:
    ///   - total: How many calls there are; nil if further ones may come.
    ///   - known: How many results came from a journal.
    static func line(
        done: Int,
        total: Int?,
        known: Int,
        running: Int,
        failed: Int,
        rate: Double?,
        secondsLeft: Double?
    ) -> String {
        var parts = [total.map { "\(done) of \($0) done" } ?? "\(done) done"]
        if known > 0 { parts.append("\(known) from the journal") }
        if running > 0 { parts.append("\(running) running") }
        if failed > 0 { parts.append("\(failed) failed") }
        if let rate { parts.append("\(number(rate)) calls/s") }
        if let secondsLeft, done + failed < total ?? .max { parts.append("\(duration(secondsLeft)) left") }
        return "mpifutures: " + parts.joined(separator: ", ")
    }

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
