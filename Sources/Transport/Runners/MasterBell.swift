internal import Glibc
internal import Linux
package import Waiting

/// The doorbell of a master, in memory that it shares with all its runners.
///
/// The conformance to `Sendable` is unchecked because the pointer is constant, and a doorbell is used from any thread.
package final class MasterBell: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    private let offset: Int

    private init(base: UnsafeMutableRawPointer, offset: Int) {
        self.base = base
        self.offset = offset
    }

    deinit { munmap(base, offset + Doorbell.byteCount) }

    /// Makes the doorbell, at the beginning of a file of its own.
    ///
    /// - Returns: The doorbell, and a descriptor of its memory, which the caller closes.
    static func make() throws(SystemError) -> (bell: MasterBell, descriptor: CInt) {
        let descriptor = try SharedFile.make(size: Doorbell.byteCount)
        do throws(SystemError) {
            let bell = try open(descriptor, offset: 0)
            _ = Doorbell(initializing: bell.base, shared: true)
            return (bell, descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Opens the doorbell of a master.
    ///
    /// - Parameters:
    ///   - descriptor: The descriptor of the memory. The caller closes it.
    ///   - offset: The doorbell's place in the memory, in bytes.
    static func open(_ descriptor: CInt, offset: Int) throws(SystemError) -> MasterBell {
        let size = offset + Doorbell.byteCount
        guard let base = SharedFile.map(descriptor, size: size) else {
            throw SystemError("cannot map the master's doorbell")
        }
        return MasterBell(base: base, offset: offset)
    }

    /// Keeps processes that this process forks from the memory.
    func hideFromChildren() { madvise(base, offset + Doorbell.byteCount, MADV_DONTFORK) }

    package var doorbell: Doorbell { Doorbell(attaching: base + offset) }
}
