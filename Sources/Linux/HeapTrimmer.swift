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

// MARK: - Keeping

extension HeapTrimmer {
    /// Blocks of at least this size come straight from the system, in bytes. It is the most that glibc allows.
    private static let mappedBlock: CInt = 32 << 20
    /// As much free memory stays at the end of each of the C library's heaps, in bytes.
    private static let keptMemory: CInt = 64 << 20

    /// Tells the C library to keep what is freed for the next allocation, until `trim` gives it back.
    ///
    /// The system clears each page that it hands out. For a value of some megabytes that costs more than to encode and
    /// to send it. glibc adapts both limits to the blocks that a program frees, up to the values here. But it keeps only
    /// twice the largest block, and a value, its encoding and its frame are several blocks of one size.
    ///
    /// The call has no effect if the user has set parameters of `malloc`.
    package static func keepFreedMemory() { _ = isKept }

    private static let isKept: Bool = {
        guard !isChosenByUser(Environment.current) else { return false }
        return clinux_mallopt(CInt(CLINUX_M_MMAP_THRESHOLD), mappedBlock) != 0
            && clinux_mallopt(CInt(CLINUX_M_TRIM_THRESHOLD), keptMemory) != 0
    }()

    /// Returns whether an environment has parameters of `malloc` that say what is kept.
    package static func isChosenByUser(_ environment: Environment) -> Bool {
        environment["MALLOC_TRIM_THRESHOLD_"] != nil || environment["MALLOC_MMAP_THRESHOLD_"] != nil
            || environment["MALLOC_TOP_PAD_"] != nil
            || environment["GLIBC_TUNABLES"]?.contains("glibc.malloc.") == true
    }
}
