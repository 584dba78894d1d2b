import Foundation
import Glibc
import Linux
import Support
import Testing
import Waiting

@testable import Launching

@Suite("The socket of a relay")
struct SocketTests {
    @Test("The socket of a relay has no name, and is reached all the same")
    func nameless() throws {
        let directory = try TemporaryDirectory()
        let socket = try PrivateSocket(in: directory.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        var status = stat()
        #expect(stat("/proc/self/fd/\(socket.address.descriptor)", &status) == 0 && status.st_mode & 0o777 == 0o600)
        let address = try #require(SocketAddress(text: socket.address.text))
        guard case .connected(let connection) = address.call(secret: socket.secret, worldSize: 3) else {
            Issue.record("not connected")
            return
        }
        let accepted = try #require(socket.accept())
        #expect(accepted.hello == .init(processID: Int(getpid()), worldSize: 3))
        close(connection)
        close(accepted.descriptor)
        socket.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        guard case .unknown = address.call(secret: socket.secret) else {
            Issue.record("a socket that was taken away is unknown, but its program lives")
            return
        }
    }

    @Test("The socket of a relay lets nobody in who does not know the secret")
    func secret() throws {
        let directory = try TemporaryDirectory()
        let socket = try PrivateSocket(in: directory.path)
        defer { socket.close() }
        guard case .connected(let connection) = socket.address.call(secret: "other", worldSize: 3) else {
            Issue.record("not connected")
            return
        }
        #expect(socket.accept()?.descriptor == nil)
        close(connection)
    }

    @Test("The socket of a relay lets a process in that only shows that it lives")
    func living() throws {
        let directory = try TemporaryDirectory()
        let socket = try PrivateSocket(in: directory.path)
        defer { socket.close() }
        guard case .connected(let connection) = socket.address.call(secret: socket.secret) else {
            Issue.record("not connected")
            return
        }
        let accepted = try #require(socket.accept())
        #expect(accepted.hello == .init(processID: Int(getpid()), worldSize: nil))
        close(connection)
        close(accepted.descriptor)
    }

    @Test("The socket of a relay waits for the whole of what a process says first")
    func pieces() throws {
        let directory = try TemporaryDirectory()
        let socket = try PrivateSocket(in: directory.path)
        defer { socket.close() }
        let connection = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        let path = "/proc/self/fd/\(socket.address.descriptor)"
        #expect(withSocketAddress(path) { connect(connection, $0, $1) } == 0)
        let line = Array("\(socket.secret) 17 3 ".utf8)
        let hello = line + [UInt8](repeating: 0x20, count: 96 - line.count)
        #expect(write(connection, Array(hello[..<10]), 10) == 10)
        let rest = try Linux.Thread(name: "rest") {
            usleep(20_000)
            _ = write(connection, Array(hello[10...]), hello.count - 10)
        }
        let accepted = socket.accept()
        rest.join()
        #expect(accepted?.hello == .init(processID: 17, worldSize: 3))
        if let accepted { close(accepted.descriptor) }
    }

    @Test("The socket of a relay is dead with its program, as far as that can be seen")
    func dead() async throws {
        let id = try await runProcess("sh", ["-c", "echo $$"]).stdout.text.filter(\.isNumber)
        let address = SocketAddress(processID: try #require(Int32(id)), descriptor: 3)
        guard case .dead(let error) = address.call(secret: "x") else {
            Issue.record("the program has ended")
            return
        }
        #expect(error.description.contains("process \(id)"))
        let elsewhere = try #require(SocketAddress(text: "\(id)/3/another system"))
        guard case .unknown = elsewhere.call(secret: "x") else {
            Issue.record("nothing is known of another system's processes")
            return
        }
    }

    @Test("The socket of a relay cannot be made where nothing can be written, and leaves nothing")
    func unwritable() throws {
        for path in ["/proc/none", "/dev/null"] {
            let error = #expect(throws: LaunchError.self) { try PrivateSocket(in: path) }
            #expect(error?.description.contains("'\(path)'") == true)
        }
    }
}
