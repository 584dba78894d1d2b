internal import Glibc

/// The memory of frames.
enum Memory {
    private static let hugePage = 1 << 21

    /// Large blocks are asked for in huge pages: touching fresh memory in small ones costs more than sending it.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        guard let base = allocateIfPossible(count) else { fatalError("no memory for a frame of \(count) bytes") }
        return base
    }

    /// Returns nil if there is not that much memory: for sizes that somebody else has chosen.
    static func allocateIfPossible(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count >= 2 * hugePage else { return block(count, alignment: 16) }
        guard let base = block(count, alignment: hugePage) else { return nil }
        // Only a wish: where the kernel has no huge pages, small ones serve.
        _ = madvise(base, count, MADV_HUGEPAGE)
        return base
    }

    /// Returns whether memory that the standard library is about to allocate, and would trap without, is there.
    static func isAvailable(_ count: Int) -> Bool {
        guard count >= 2 * hugePage else { return true }
        guard let base = malloc(count) else { return false }
        Glibc.free(base)
        return true
    }

    /// Asks for huge pages for memory that nobody has touched yet.
    static func preferHugePages(_ memory: UnsafeMutableRawBufferPointer) {
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
