internal import CLinux
internal import Glibc
internal import Waiting

/// Doorbells in shared memory: one for the master, and one for each worker on the master's host.
///
/// MPI offers no cheap way to sleep until a message comes. A doorbell does so between processes of one host: an idle
/// worker uses no processor time. A ring wakes it within some tens of microseconds if its core has not gone to a deep
/// sleep.
///
/// The segment has no name, so a master that is killed leaves nothing behind. Workers open the master's descriptor of
/// the segment by way of `/proc`.
///
/// The conformance to `Sendable` is unchecked because the pointer is constant, and the doorbells behind it use atomic
/// operations.
final class SharedDoorbells: @unchecked Sendable {
    private static let headerSize = 64
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int

    private init(base: UnsafeMutableRawPointer, byteCount: Int) {
        self.base = base
        self.byteCount = byteCount
    }

    deinit { munmap(base, byteCount) }

    /// The data with which another process finds the segment and checks that it is the right one.
    struct Invitation {
        let path: String
        /// A random number at the beginning of the segment. On another host the same path may lead to another file,
        /// without this number.
        let nonce: UInt64
        let count: Int
        /// The master's descriptor of the segment; nil in other processes.
        var descriptor: CInt?
    }

    private static func size(_ count: Int) -> Int { headerSize + count * Doorbell.byteCount }

    private func memory(_ index: Int) -> UnsafeMutableRawPointer {
        base + Self.headerSize + index * Doorbell.byteCount
    }

    /// Makes a segment of `count` doorbells. Returns nil if the system has no memory for it.
    ///
    /// The invitation holds a descriptor until it is passed to `withdraw`.
    static func make(count: Int) -> (SharedDoorbells, Invitation)? {
        var random = SystemRandomNumberGenerator()
        let nonce = random.next()
        let descriptor = clinux_memory_file()
        guard descriptor >= 0 else { return nil }
        // The memory is reserved now: touching a page that a full /dev/shm cannot provide raises SIGBUS.
        guard posix_fallocate(descriptor, 0, size(count)) == 0, let doorbells = map(descriptor, count: count) else {
            close(descriptor)
            return nil
        }
        doorbells.base.storeBytes(of: nonce, as: UInt64.self)
        for index in 0..<count { _ = Doorbell(initializing: doorbells.memory(index), shared: true) }
        let path = "/proc/\(getpid())/fd/\(descriptor)"
        return (doorbells, Invitation(path: path, nonce: nonce, count: count, descriptor: descriptor))
    }

    /// Opens the segment of an invitation. Returns nil if this process is on another host.
    static func open(_ invitation: Invitation) -> SharedDoorbells? {
        // On another host the path may lead to any file. Only a regular file of this size is opened.
        var status = stat()
        guard stat(invitation.path, &status) == 0, isSegment(status, invitation) else { return nil }
        let descriptor = Glibc.open(invitation.path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard fstat(descriptor, &status) == 0, isSegment(status, invitation),
            let doorbells = map(descriptor, count: invitation.count)
        else { return nil }
        guard doorbells.base.load(as: UInt64.self) == invitation.nonce else { return nil }
        return doorbells
    }

    private static func isSegment(_ status: stat, _ invitation: Invitation) -> Bool {
        status.st_mode & S_IFMT == S_IFREG && status.st_size == size(invitation.count)
    }

    /// Closes the master's descriptor. Processes that have opened the segment keep it.
    static func withdraw(_ invitation: Invitation) {
        if let descriptor = invitation.descriptor { close(descriptor) }
    }

    /// Returns a doorbell of this segment in the form in which runners get it, with a descriptor of its own. Returns
    /// nil if there is no descriptor.
    func bell(at index: Int, _ invitation: Invitation) -> RunnerMasterTransport.Bell? {
        guard let descriptor = invitation.descriptor else { return nil }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, RunnerDescriptors.count)
        guard copy >= 0 else { return nil }
        return RunnerMasterTransport.Bell(
            doorbell: self[index],
            descriptor: copy,
            offset: Self.headerSize + index * Doorbell.byteCount,
            owner: self
        )
    }

    private static func map(_ descriptor: CInt, count: Int) -> SharedDoorbells? {
        let byteCount = size(count)
        return SharedFile.map(descriptor, size: byteCount).map { SharedDoorbells(base: $0, byteCount: byteCount) }
    }

    subscript(index: Int) -> Doorbell { Doorbell(attaching: memory(index)) }
}
