internal import CLinux
internal import Glibc

/// The cores of this machine.
package enum Cores {
    /// The numbers of the cores that this thread may use; empty if the system does not tell.
    ///
    /// The corresponding system function is `sched_getaffinity`.
    package static var usable: [Int] {
        // The call fails if the kernel's set is larger than this one, for 8192 cores.
        var set = [UInt8](repeating: 0, count: 1024)
        guard clinux_sched_getaffinity(0, set.count, &set) == 0 else { return [] }
        return set.indices.flatMap { byte in (0..<8).filter { set[byte] & 1 << $0 != 0 }.map { byte * 8 + $0 } }
    }

    /// The number of cores that are online, whoever may use them.
    package static var onlineCount: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
}
