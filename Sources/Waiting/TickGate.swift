internal import CLinux

/// Reports cheaply that a little time has passed. Reading the clock would cost as much as what is timed.
package struct TickGate {
    private var last = clinux_ticks()

    package init() {}

    /// Whether some microseconds may have passed since this last said so, or since the beginning.
    package mutating func hasPassed() -> Bool {
        let ticks = clinux_ticks()
        guard ticks &- last >= UInt64(CLINUX_TICKS_OF_INTEREST) else { return false }
        last = ticks
        return true
    }
}
