internal import Synchronization
internal import Waiting

/// The plans of all types, and what is known of their conformances.
///
/// A process has one registry, which is never freed: plans of types that contain each other refer to each other.
package final class PlanRegistry: Sendable {
    /// Returns whether the conformance of a type has to run for every value.
    let refuses: @Sendable (Any.Type) -> Bool
    private let changes = Atomic(0)
    /// Held while plans are made.
    private let making = Locked<[ObjectIdentifier: PlanCoder?]>([:])
    private let trusts = Locked<[ObjectIdentifier: TypeTrust]>([:])
    private let isUsable: Bool

    /// - Parameters:
    ///   - isUsable: Whether there are plans at all; false leaves all values to CBOR.
    ///   - refuses: Returns whether the conformance of a type has to run for every value.
    package init(isUsable: Bool = PlanRegistry.isRuntimeKnown, refuses: @escaping @Sendable (Any.Type) -> Bool) {
        self.isUsable = isUsable
        self.refuses = refuses
    }

    /// Whether the runtime describes types as plans expect it.
    package static var isRuntimeKnown: Bool { RuntimeCheck.isPassed }

    /// Returns the coder of a type. Returns nil if its values are not walked.
    package func coder(of type: Any.Type) -> PlanCoder? {
        guard isUsable else { return nil }
        return making.withLock { coders in
            if let known = coders[ObjectIdentifier(type)] { return known }
            let coder = PlanCoder(type, self)
            coders[ObjectIdentifier(type)] = .some(coder)
            return coder
        }
    }

    func trust(of type: any (Encodable & Decodable).Type) -> TypeTrust {
        trusts.withLock { trusts in
            if let known = trusts[ObjectIdentifier(type)] { return known }
            let trust = TypeTrust(type, self)
            trusts[ObjectIdentifier(type)] = trust
            return trust
        }
    }

    /// Returns whether values of a type are written without its conformance. Returns nil if no value has been seen.
    package func isAccepted(_ type: Any.Type) -> Bool? {
        switch trusts.withLock({ $0[ObjectIdentifier(type)] })?.verdict {
        case .accepted: true
        case .refused: false
        case .unknown, nil: nil
        }
    }

    /// Counts the verdicts.
    var version: Int { changes.load(ordering: .acquiring) }

    func verdictChanged() { changes.add(1, ordering: .acquiringAndReleasing) }
}
