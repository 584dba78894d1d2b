internal import Glibc

/// The memory of frames.
enum Memory {
    private static let hugePage = 1 << 21

    /// Large blocks are asked for in huge pages: touching fresh memory in small ones costs more than sending it.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        guard count >= 2 * hugePage else { return block(count, alignment: 16) }
        let base = block(count, alignment: hugePage)
        // Only a wish: where the kernel has no huge pages, small ones serve.
        _ = madvise(base, count, MADV_HUGEPAGE)
        return base
    }

    /// Asks for huge pages for memory that nobody has touched yet.
    static func preferHugePages(_ memory: UnsafeMutableRawBufferPointer) {
        guard let base = memory.baseAddress, memory.count >= 2 * hugePage else { return }
        let start = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: base) + 4095) & ~4095)
        _ = madvise(start, memory.count - 4096, MADV_HUGEPAGE)
    }

    static func free(_ base: UnsafeMutableRawPointer) { Glibc.free(base) }

    private static func block(_ count: Int, alignment: Int) -> UnsafeMutableRawPointer {
        var base: UnsafeMutableRawPointer?
        guard posix_memalign(&base, alignment, count) == 0, let base else {
            fatalError("no memory for a frame of \(count) bytes")
        }
        return base
    }
}
