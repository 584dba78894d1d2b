internal import CLinux
internal import Glibc

/// Wakes another thread from `poll`.
struct WakeUp {
    /// The descriptor for `poll`, which becomes readable.
    let descriptor: CInt
    private let writing: CInt

    init() throws(LaunchError) {
        var ends: [CInt] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else {
            throw LaunchError("no file descriptor is left for the workers; raise the limit with 'ulimit -n'")
        }
        (descriptor, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    func callAsFunction() { _ = write(writing, "!", 1) }

    /// Discards earlier calls.
    static func clear(_ descriptor: CInt) {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }

    func close() {
        Glibc.close(descriptor)
        Glibc.close(writing)
    }
}
