internal import Glibc

/// Allocates the memory of frames.
package enum Memory {
    private static let hugePage = 1 << 21

    /// Allocates `count` bytes, large blocks in huge pages. Touching fresh memory in small pages costs more than
    /// sending it.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        guard let base = allocateIfPossible(count) else { fatalError("no memory for a frame of \(count) bytes") }
        return base
    }

    /// Allocates `count` bytes, a size that another process or a user has chosen. Returns nil if there is not that much
    /// memory.
    static func allocateIfPossible(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count >= 2 * hugePage else { return block(count, alignment: 16) }
        guard let base = block(count, alignment: hugePage) else { return nil }
        // The advice may be ignored: without huge pages, small ones serve.
        _ = madvise(base, count, MADV_HUGEPAGE)
        return base
    }

    /// Returns whether `count` bytes can be allocated. The standard library, which will allocate them, would trap
    /// otherwise.
    static func isAvailable(_ count: Int) -> Bool {
        guard count >= 2 * hugePage else { return true }
        guard let base = malloc(count) else { return false }
        Glibc.free(base)
        return true
    }

    /// Asks for huge pages for memory that has not been touched yet.
    package static func preferHugePages(_ memory: UnsafeMutableRawBufferPointer) {
        guard let base = memory.baseAddress, memory.count >= 2 * hugePage else { return }
        let start = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: base) + 4095) & ~4095)
        _ = madvise(start, memory.count - 4096, MADV_HUGEPAGE)
    }

    static func free(_ base: UnsafeMutableRawPointer) { Glibc.free(base) }

    private static func block(_ count: Int, alignment: Int) -> UnsafeMutableRawPointer? {
        var base: UnsafeMutableRawPointer?
        return posix_memalign(&base, alignment, count) == 0 ? base : nil
    }
}
