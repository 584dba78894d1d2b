/// The rule by which a run stops before all of its calls were made: `soon,fail=3`, `now,success=1`, `soon,done=10%`.
///
/// The words are those of GNU parallel's `--halt`.
package struct HaltRule: Hashable, Sendable {
    /// What becomes of calls that run.
    package enum Moment: Hashable, Sendable {
        /// They are waited for.
        case soon
        /// They are dropped.
        case now
    }

    /// The calls that count.
    package enum Subject: String, Hashable, Sendable {
        case failed = "fail"
        case succeeded = "success"
        case ended = "done"
    }

    package enum Limit: Hashable, Sendable {
        case count(Int)
        /// Percent of all calls.
        case share(Int)
    }

    package let moment: Moment
    package let subject: Subject
    package let limit: Limit

    /// What `init(parsing:)` reads, for errors.
    package static let grammar =
        "must be soon or now, then fail=N, success=N or done=N, such as soon,fail=1 or now,fail=10%"

    /// Returns nil if the text is no rule.
    package init?(parsing text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "soon": moment = .soon
        case "now": moment = .now
        default: return nil
        }
        let words = parts[1].split(separator: "=", omittingEmptySubsequences: false)
        guard words.count == 2, let subject = Subject(rawValue: String(words[0])) else { return nil }
        self.subject = subject
        let isShare = words[1].hasSuffix("%")
        guard let number = Int(isShare ? words[1].dropLast() : words[1]), number >= 1 else { return nil }
        guard !isShare || number <= 100 else { return nil }
        limit = isShare ? .share(number) : .count(number)
    }

    /// Whether the rule needs to know how many calls there are.
    package var needsTotal: Bool { if case .share = limit { true } else { false } }

    /// Returns whether the run stops.
    ///
    /// - Parameter total: How many calls there are; nil if that is not known.
    package func isReached(failed: Int, succeeded: Int, total: Int?) -> Bool {
        let count =
            switch subject {
            case .failed: failed
            case .succeeded: succeeded
            case .ended: failed + succeeded
            }
        switch limit {
        case .count(let limit): return count >= limit
        case .share(let percent):
            guard let total, count > 0 else { return false }
            let (reached, overflows) = count.multipliedReportingOverflow(by: 100)
            return overflows || reached / percent >= total
        }
    }
}
