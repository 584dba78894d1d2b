package import Scheduling
internal import Waiting

extension RetryRules {
    /// How the text of rules looks, as the end of a sentence.
    package static let grammar =
        "must be a number of tries, or words such as lost=3,crashed=1,delay=0.5; there are "
        + "lost, crashed, exited, memory, timeout, thrown, delay, growth and max-delay"

    /// Parses the text of an option or a variable: words with commas between them.
    ///
    /// A number alone stands for all classes. `delay` and `max-delay` are seconds. Classes that are not mentioned keep
    /// their standard.
    ///
    /// - Returns: Nil if the text cannot be parsed.
    package init?(parsing text: String) {
        var rules = RetryRules.standard
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                guard let count = Self.count(word) else { return nil }
                for failure in FailureClass.retried { rules.limits[failure] = count }
                continue
            }
            switch parts[0] {
            case "delay":
                guard let wait = Self.nanoseconds(parts[1]) else { return nil }
                rules.delay = wait
            case "max-delay":
                guard let wait = Self.nanoseconds(parts[1]) else { return nil }
                rules.longestDelay = wait
            case "growth":
                guard let growth = Double(parts[1]), growth >= 1, growth.isFinite else { return nil }
                rules.growth = growth
            case let name:
                guard let failure = FailureClass.named[String(name)], let count = Self.count(parts[1]) else {
                    return nil
                }
                rules.limits[failure] = count
            }
        }
        self = rules
    }

    private static func count(_ text: Substring) -> Int? {
        guard let count = Int(text), (0...1_000_000_000).contains(count) else { return nil }
        return count
    }

    private static func nanoseconds(_ text: Substring) -> UInt64? {
        guard let seconds = Double(text), seconds >= 0, seconds < 1e9 else { return nil }
        return UInt64(seconds * 1e9)
    }
}

extension Runtime {
    /// Sets how often calls that fail are made again, for all executors that do not say so themselves.
    package func setRetries(_ rules: RetryRules) { state.withLock { $0.retries = rules } }

    /// How often calls that fail are made again by executors that do not say so themselves.
    package var retries: RetryRules {
        get throws { try state.withLock { $0.retries } ?? Settings.fromEnvironment().retries ?? .standard }
    }
}

extension FailureClass {
    /// The words for classes in options.
    fileprivate static let named: [String: FailureClass] = [
        "lost": .workerLost, "crashed": .crashed, "exited": .exited, "memory": .outOfMemory, "timeout": .timedOut,
        "thrown": .thrown,
    ]
}
