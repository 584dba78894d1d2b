internal import Launching
package import Transport
internal import Waiting

/// What the user says about the heartbeat between hosts: `off`, or the period and the patience in seconds, as in `5,60`.
package struct HeartbeatChoice: Equatable, Sendable {
    /// The time between two beats; nil for no heartbeat.
    private let period: Duration?
    private let patience: Duration

    static let variable = "MPIFUTURES_HEARTBEAT"

    /// What a choice must be, as the end of a sentence.
    package static let grammar =
        "must be off, or the seconds between two beats and the seconds of silence, at least twice as many, as in 5,60"

    /// Makes a choice, which may be none that anybody could use.
    package init(period: Duration?, patience: Duration) {
        self.period = period
        self.patience = patience
    }

    /// Returns nil for a text that is no choice.
    package init?(_ text: String) {
        if text == "off" {
            self.init(period: nil, patience: .zero)
            return
        }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard numbers.count == 2, let period = numbers[0], let patience = numbers[1], period > 0, patience < 1e7 else {
            return nil
        }
        self.init(period: .seconds(period), patience: .seconds(patience))
        guard isUsable else { return nil }
    }

    /// Whether a heartbeat can be like that.
    var isUsable: Bool {
        guard let period else { return true }
        return period >= .milliseconds(10) && patience >= period * 2 && patience < .seconds(10_000_000)
    }

    /// Nil for none.
    package var heartbeat: Heartbeat? { period.map { Heartbeat(period: $0, patience: patience) } }

    /// The choice as a text that `init(_:)` reads.
    var text: String {
        guard let period else { return "off" }
        return "\(period / .seconds(1)),\(patience / .seconds(1))"
    }
}

extension Launch {
    /// The heartbeat of a launch whose master is this process; nil for none.
    func heartbeat(_ settings: Settings) -> Heartbeat? {
        environment[HeartbeatChoice.variable].flatMap { HeartbeatChoice($0) }.map(\.heartbeat)
            ?? Runtime.shared.heartbeat(settings)
    }
}
