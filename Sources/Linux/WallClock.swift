internal import Glibc

/// The time of day, which may be set while a program runs.
package enum WallClock {
    /// The seconds since the beginning of 1970.
    package static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
