internal import CLinux

/// When free memory is given back to the system.
///
/// The C library keeps what is freed for the next time. After much work that is much, and nobody may need it again: so
/// a thread that has had nothing to do for a while gives it back, and once more later, when results that were still
/// held may have been dropped.
package struct HeapTrimmer: Sendable {
    /// Less than this is not worth it, in bytes.
    private static let least = 1 << 20
    private static let pauses: [UInt64] = [200_000_000, 1_000_000_000, 5_000_000_000]

    private var bytes = 0
    private var round = 0

    package init() {}

    /// Counts bytes that were allocated or freed.
    package mutating func note(_ count: Int) {
        bytes += count
        round = 0
    }

    /// How long to rest before memory is given back, in nanoseconds; nil if there is nothing to give.
    package var pause: UInt64? { bytes < Self.least || round == Self.pauses.count ? nil : Self.pauses[round] }

    /// Gives memory back. This can take milliseconds, and needs no lock.
    package static func trim() { _ = clinux_malloc_trim(0) }

    /// Notes that memory has been given back.
    package mutating func noteTrim() {
        round += 1
        if round == Self.pauses.count { bytes = 0 }
    }
}
