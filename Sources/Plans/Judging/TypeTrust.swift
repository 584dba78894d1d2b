internal import Synchronization

/// Whether the `Codable` conformance of a type is the compiler's own, as far as its values have shown.
///
/// Only the side that sends judges. See `Docs/Decisions/0040`.
final class TypeTrust: @unchecked Sendable {
    enum Verdict: UInt8 {
        /// No value has been seen.
        case unknown
        /// The values that were seen are encoded member by member, and nothing else.
        case accepted
        /// The conformance does something else, or the type asks for it to run.
        case refused
    }

    let type: any (Encodable & Decodable).Type
    private let state: Atomic<UInt8>
    // The registry keeps this object.
    private unowned let registry: PlanRegistry
    // Both are written once, while the registry is locked, before a plan refers to this object.
    private var members: JudgedMembers?
    /// A bit for each case of an enum that has been seen and accepted.
    private var seen: UnsafeMutableBufferPointer<Atomic<UInt64>>?

    init(_ type: any (Encodable & Decodable).Type, _ registry: PlanRegistry) {
        self.type = type
        self.registry = registry
        state = Atomic((registry.refuses(type) ? Verdict.refused : .unknown).rawValue)
    }

    deinit {
        seen?.deinitialize()
        seen?.deallocate()
    }

    func complete(_ members: JudgedMembers) { if self.members == nil { self.members = members } }

    func prepare(caseCount: Int) {
        guard seen == nil else { return }
        let words = UnsafeMutableBufferPointer<Atomic<UInt64>>.allocate(capacity: (caseCount + 63) / 64)
        for index in words.indices { words.initializeElement(at: index, to: Atomic(0)) }
        seen = words
    }

    var verdict: Verdict { Verdict(rawValue: state.load(ordering: .acquiring)) ?? .refused }

    private func decide(_ isAccepted: Bool) {
        let verdict = isAccepted ? Verdict.accepted : .refused
        // A refusal is final.
        if isAccepted {
            let (isChanged, _) = state.compareExchange(
                expected: Verdict.unknown.rawValue,
                desired: verdict.rawValue,
                ordering: .acquiringAndReleasing
            )
            if !isChanged { return }
        } else {
            state.store(verdict.rawValue, ordering: .releasing)
        }
        registry.verdictChanged()
    }

    /// Judges a struct by the value at `place`, unless that has happened.
    func judge(_ place: UnsafeRawPointer) {
        guard verdict == .unknown, let members else { return }
        decide(Judge.accepts(type, place, members, case: nil))
    }

    /// Judges an enum by a value of a case, unless that has happened.
    func judge(_ place: UnsafeRawPointer, case tag: Int) {
        guard verdict != .refused, let members, let seen, tag < seen.count * 64 else { return }
        let bit = UInt64(1) << UInt64(tag % 64)
        if seen[tag / 64].load(ordering: .relaxed) & bit != 0 { return }
        let isAccepted = Judge.accepts(type, place, members, case: tag)
        if isAccepted { seen[tag / 64].bitwiseOr(bit, ordering: .relaxed) }
        decide(isAccepted)
    }

    @inline(__always)
    private func isSeen(_ tag: Int) -> Bool {
        guard let seen, tag < seen.count * 64 else { return false }
        return seen[tag / 64].load(ordering: .relaxed) & UInt64(1) << UInt64(tag % 64) != 0
    }

    /// Judges a case that is new while values of the enum travel already.
    ///
    /// - Throws: `VerdictChanged` if the conformance does something else for the case.
    @inline(__always)
    func check(case tag: Int, _ place: UnsafeRawPointer) throws {
        if isSeen(tag) { return }
        judge(place, case: tag)
        if verdict == .refused { throw VerdictChanged() }
    }
}

/// A value that is being written shows that its type's conformance has to run. It has to be written anew.
struct VerdictChanged: Error {}
