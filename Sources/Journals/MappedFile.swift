internal import Glibc
internal import Linux

/// The content of a file in memory, for reading.
package final class MappedFile: @unchecked Sendable {
    // The conformance is unchecked because of the pointer. Nobody writes to the memory.

    package let bytes: UnsafeRawBufferPointer
    private let length: Int

    /// Maps the first `count` bytes of a file.
    init(_ descriptor: CInt, count: Int, path: String) throws(JournalError) {
        length = count
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            let code = SystemError.Code.last
            throw JournalError(.system(code), "cannot read the journal \(quoted(path)): \(code)")
        }
        bytes = UnsafeRawBufferPointer(start: base, count: count)
    }

    deinit {
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), length) }
    }
}
