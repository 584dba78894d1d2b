internal import CLinux
internal import Glibc
internal import Linux

/// Files in memory, without a name.
enum SharedFile {
    /// Makes a file of zeros.
    static func make(size: Int) throws(SystemError) -> CInt {
        // Beyond the limit the system would end this process by SIGXFSZ.
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(size) {
            let problem = "cannot make \(size) bytes of shared memory (see 'ulimit -f')"
            throw SystemError(problem, code: SystemError.Code(EFBIG))
        }
        let descriptor = FileDescriptor.aboveStandardStreams(clinux_memory_file(), least: RunnerDescriptors.count)
        guard descriptor >= 0 else { throw SystemError("cannot make shared memory for runners") }
        guard ftruncate(descriptor, size) == 0 else {
            let error = SystemError("cannot make \(size) bytes of shared memory for runners")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Maps a file for reading and writing. Returns nil, with `errno` set, if the system cannot.
    static func map(_ descriptor: CInt, size: Int) -> UnsafeMutableRawPointer? {
        let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        return base == MAP_FAILED ? nil : base
    }
}
