internal import CLinux

/// Reports cheaply that a short time has passed. Reading the clock would cost as much as the work that is timed.
package struct TickGate {
    private var last = clinux_ticks()

    package init() {}

    /// Returns whether some microseconds may have passed since it last returned true, or since the start.
    package mutating func hasPassed() -> Bool {
        let ticks = clinux_ticks()
        guard ticks &- last >= UInt64(CLINUX_TICKS_OF_INTEREST) else { return false }
        last = ticks
        return true
    }
}
