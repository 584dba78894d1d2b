import Glibc
import Linux
import Support
import Testing

@Suite("A child process", .hangGuarded)
struct ChildProcessTests {
    /// Starts a program whose standard streams are /dev/null.
    private func start(_ file: String, _ words: [String], hasOwnGroup: Bool = true) throws -> ChildProcess {
        let nothing = FileDescriptor.aboveStandardStreams(open("/dev/null", O_RDWR | O_CLOEXEC))
        defer { close(nothing) }
        return try ChildProcess(
            file,
            words,
            environment: Environment(entries: ["CODE=7"]),
            descriptors: [nothing, nothing, nothing],
            group: hasOwnGroup ? .own : .same
        )
    }

    @Test("A child process gets its words and variables, and tells how it has ended")
    func status() throws {
        let child = try start("sh", ["other", "-c", #"[ "$0" = name ] && exit $CODE"#, "name"])
        #expect(child.wait() == .exited(7))
        #expect(child.wait() == .unknown)
    }

    @Test("A child process ends when it is killed")
    func kill() throws {
        let child = try start("sleep", ["sleep", "1000"])
        child.kill()
        #expect(child.wait() == .signaled(Int(SIGKILL)))
    }

    @Test("A child process is in a process group of its own only if that is asked for", arguments: [true, false])
    func group(hasOwnGroup: Bool) throws {
        let child = try start("sleep", ["sleep", "1000"], hasOwnGroup: hasOwnGroup)
        #expect(getpgid(child.id) == (hasOwnGroup ? child.id : getpgrp()))
        child.kill()
        child.wait()
    }

    @Test("A child process that cannot be started says why")
    func missing() {
        let error = #expect(throws: SystemError.self) { try start("/no/such/program", ["program"]) }
        #expect(error?.description == "cannot run '/no/such/program': No such file or directory")
    }

    @Test("A child process keeps descriptors that are above the standard streams, and failures with their cause")
    func raised() throws {
        let given = open("/dev/null", O_RDONLY)
        try #require(given > 2)
        #expect(FileDescriptor.aboveStandardStreams(given) == given)
        close(given)
        errno = EMFILE
        #expect(FileDescriptor.aboveStandardStreams(-1) == -1)
        #expect(errno == EMFILE)
    }
}
