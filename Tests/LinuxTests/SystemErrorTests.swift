import Glibc
import Linux
import Testing

@Suite("A system error")
struct SystemErrorTests {
    @Test("says what failed and why")
    func text() {
        let error = SystemError("cannot read 'hosts'", code: ENOENT)
        #expect(error.description == "cannot read 'hosts': No such file or directory")
        #expect("\(error.reason)" == SystemError.reason(ENOENT))
    }

    @Test("has the cause of the last system call unless it is given another")
    func lastCause() {
        errno = EACCES
        #expect(SystemError("x").code == EACCES)
        errno = EISDIR
        #expect(SystemError.reason() == "Is a directory")
    }
}
