/// A point in time after which a test stops waiting and fails.
package struct Deadline: Sendable {
    package let instant: ContinuousClock.Instant

    /// How far away the deadline was when it was made, for messages.
    package let span: Duration

    package static func after(_ span: Duration) -> Deadline {
        Deadline(instant: .now + span, span: span)
    }

    package var isPast: Bool { ContinuousClock.now >= instant }
}

/// A condition did not come true before its deadline.
package struct DeadlinePassed: Error, CustomStringConvertible {
    package let description: String
}

/// Looks at a condition every few milliseconds until it holds.
///
/// - Throws: `DeadlinePassed`, which names what was waited for.
package func waitUntil(
    _ condition: String,
    deadline: Deadline = .after(hangTime),
    _ holds: () async throws -> Bool
) async throws {
    while try await !holds() {
        guard !deadline.isPast else {
            throw DeadlinePassed(description: "after \(deadline.span): not yet: \(condition)")
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}
