internal import Glibc
internal import Waiting

/// Doorbells in POSIX shared memory: one for the master, one for each worker on the master's own host.
///
/// An MPI process has no cheap way to sleep until a message comes. Between processes of one host a doorbell is that
/// way: an idle worker costs nothing and wakes within microseconds. The segment has a name only until every worker has
/// had its chance to open it, so a crash leaves nothing behind.
final class SharedDoorbells: @unchecked Sendable {
    private static let headerSize = 64
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int

    private init(base: UnsafeMutableRawPointer, byteCount: Int) {
        self.base = base
        self.byteCount = byteCount
    }

    deinit { munmap(base, byteCount) }

    /// How another process finds the segment, and knows that it is the right one.
    struct Invitation {
        let name: String
        /// Stands at the beginning of the segment: on another host the same name may belong to another job.
        let nonce: UInt64
        let count: Int
    }

    private static func size(_ count: Int) -> Int { headerSize + count * Doorbell.byteCount }

    private func memory(_ index: Int) -> UnsafeMutableRawPointer {
        base + Self.headerSize + index * Doorbell.byteCount
    }

    /// Makes a segment of `count` doorbells, or nil where the system has no shared memory to give.
    static func make(count: Int) -> (SharedDoorbells, Invitation)? {
        var random = SystemRandomNumberGenerator()
        let nonce = random.next()
        let name = "/mpifutures-\(getpid())-\(String(random.next() as UInt64, radix: 36))"
        let descriptor = shm_open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        // Reserved, not only promised: to touch memory that a full /dev/shm cannot give kills by SIGBUS.
        guard posix_fallocate(descriptor, 0, size(count)) == 0, let doorbells = map(descriptor, count: count) else {
            close(descriptor)
            shm_unlink(name)
            return nil
        }
        close(descriptor)
        doorbells.base.storeBytes(of: nonce, as: UInt64.self)
        for index in 0..<count { _ = Doorbell(initializing: doorbells.memory(index), shared: true) }
        return (doorbells, Invitation(name: name, nonce: nonce, count: count))
    }

    /// Opens the segment of an invitation, or nil if this process is on another host.
    static func open(_ invitation: Invitation) -> SharedDoorbells? {
        let descriptor = shm_open(invitation.name, O_RDWR | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == size(invitation.count),
            let doorbells = map(descriptor, count: invitation.count)
        else { return nil }
        guard doorbells.base.load(as: UInt64.self) == invitation.nonce else { return nil }
        return doorbells
    }

    /// Takes the segment's name away; who has opened it keeps it.
    static func withdraw(_ invitation: Invitation) { shm_unlink(invitation.name) }

    private static func map(_ descriptor: CInt, count: Int) -> SharedDoorbells? {
        let byteCount = size(count)
        guard let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED
        else { return nil }
        return SharedDoorbells(base: base, byteCount: byteCount)
    }

    subscript(index: Int) -> Doorbell { Doorbell(attaching: memory(index)) }
}
