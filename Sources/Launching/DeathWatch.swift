internal import Glibc

/// Finds out which of a job's processes on this host was the first to end.
///
/// `mpiexec` kills all processes as soon as one has ended, and may report any of them. Therefore each process keeps a
/// connection to this one, on which it sends nothing. The kernel closes the connection when the process ends, before
/// `mpiexec` can learn of the death.
struct DeathWatch {
    private var watched: [(processID: Int, descriptor: CInt)] = []
    /// Whether any process has ended.
    private(set) var hasEnded = false
    /// The first process that ended; nil if none has, or if several had when the first death was seen.
    private(set) var first: Int?

    /// Watches a process. Closes the descriptor when the process has ended or the watch ends.
    mutating func add(_ processID: Int, _ descriptor: CInt) { watched.append((processID, descriptor)) }

    /// Returns whether a process still has its connection.
    mutating func sees(_ processID: Int) -> Bool {
        var polled = polled
        if poll(&polled, nfds_t(polled.count), 0) > 0 { take(polled[...]) }
        return watched.contains { $0.processID == processID }
    }

    /// The descriptors for `poll`.
    var polled: [pollfd] { watched.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) } }

    /// Records the deaths that `poll` has found. `polled` has the descriptors of the property of that name, in its
    /// order.
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
