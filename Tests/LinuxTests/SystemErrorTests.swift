import Glibc
import Linux
import Testing

@Suite("A system error")
struct SystemErrorTests {
    @Test("A system error says what failed and why")
    func text() {
        let error = SystemError("cannot read 'hosts'", code: SystemError.Code(ENOENT))
        #expect(error.description == "cannot read 'hosts': No such file or directory")
        #expect(error.code.number == ENOENT)
    }

    @Test("A system error has the cause of the last system call unless it is given another")
    func lastCause() {
        errno = EACCES
        #expect(SystemError("x").code == SystemError.Code(EACCES))
        errno = EISDIR
        #expect("\(SystemError.Code.last)" == "Is a directory")
    }
}
