internal import Glibc

/// Tells which of a job's processes on this host was the first to end.
///
/// `mpiexec` kills all others as soon as one has ended, and reports any of them. So each has a connection to this
/// process for nothing but its end: that is closed before anyone can hear of the death.
struct DeathWatch {
    private var watched: [(processID: Int, descriptor: CInt)] = []
    /// Whether any process has ended.
    private(set) var hasEnded = false
    /// The first to end, if no other had when that was seen.
    private(set) var first: Int?

    /// - Parameter descriptor: Closed when it is of no use any more.
    mutating func add(_ processID: Int, _ descriptor: CInt) { watched.append((processID, descriptor)) }

    /// Whether a process lives, as far as its connection tells now.
    mutating func sees(_ processID: Int) -> Bool {
        var polled = polled
        if poll(&polled, nfds_t(polled.count), 0) > 0 { take(polled[...]) }
        return watched.contains { $0.processID == processID }
    }

    /// What `poll` has to look at.
    var polled: [pollfd] { watched.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) } }

    /// Takes what `poll` has found.
    mutating func take(_ polled: ArraySlice<pollfd>) {
        let ended = zip(watched.indices, polled).filter { $1.revents != 0 }.map(\.0)
        if !hasEnded, ended.count == 1 { first = watched[ended[0]].processID }
        hasEnded = hasEnded || !ended.isEmpty
        for index in ended.reversed() { close(watched.remove(at: index).descriptor) }
    }

    mutating func end() {
        for process in watched { close(process.descriptor) }
        watched = []
    }
}
