internal import CBOR

/// A walk through a value that judges the types of which nothing is known.
struct Survey {
    private let registry: PlanRegistry
    private let types: [TypeTrust]
    private var version = -1
    private var isNeeded = true
    /// How many more values are looked at. A type that does not occur among these stays unknown for now.
    private var budget = 8192

    /// How many elements of a collection are looked at.
    static let sampleSize = 64

    /// Returns the indices of the elements of an array that are looked at, from its whole length.
    static func sample(of count: Int) -> StrideTo<Int> { stride(from: 0, to: count, by: (count - 1) / sampleSize + 1) }
    private var depth = 0
    private var stackGuard = StackGuard(depthLimit: CBOREncoder.defaultDepthLimit)

    init(_ types: [TypeTrust], _ registry: PlanRegistry) {
        self.types = types
        self.registry = registry
    }

    /// Returns whether there are unknown types left and the walk has not taken too long.
    mutating func goesOn() -> Bool {
        guard budget > 0, isNeeded else { return false }
        budget -= 1
        let current = registry.version
        if current != version {
            version = current
            isNeeded = types.contains { $0.verdict == .unknown }
        }
        return isNeeded
    }

    /// Enters a value of a type that may contain itself. Returns false if it is nested too deeply.
    mutating func enter() -> Bool {
        depth += 1
        if stackGuard.allows(depth: depth) { return true }
        depth -= 1
        return false
    }

    mutating func leave() { depth -= 1 }
}
