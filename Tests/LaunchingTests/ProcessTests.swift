import Glibc
import Linux
import Support
import Testing
import Waiting

@testable import Launching

@Suite("The system calls of a job of workers", .hangGuarded)
struct ProcessTests {
    @Test("The process of a job reports how the child has ended", arguments: [0, 1, 3, 128, 255])
    func status(code: Int) throws {
        let process = try JobProcess("sh", ["-c", "exit $CODE"], environment: Environment(entries: ["CODE=\(code)"]))
        #expect(process.wait() == .exited(code))
        close(process.output)
        close(process.errors)
    }

    @Test("The process of a job kills the child on request")
    func kill() throws {
        let process = try JobProcess("sleep", ["1000"], environment: Environment())
        process.kill()
        #expect(process.wait() == .signaled(Int(SIGKILL)))
        #expect(process.wait() == .unknown)
        close(process.output)
        close(process.errors)
    }

    @Test("The process of a job names the program that cannot be run")
    func missing() {
        let error = #expect(throws: LaunchError.self) {
            try JobProcess("/no/such/mpiexec", [], environment: Environment())
        }
        #expect(
            error?.description == "cannot run '/no/such/mpiexec' to start workers: No such file or directory; "
                + "MPIFUTURES_MPIEXEC names another program"
        )
    }

    @Test("Clearing a wake-up forgets all calls, however many there were")
    func wakeUp() throws {
        let wakeUp = try #require(WakeUp())
        func isCalled() -> Bool {
            var polled = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&polled, 1, 0) == 1
        }
        #expect(!isCalled())
        // More than the pipe holds: nobody waits for room in it.
        for _ in 0..<100_000 { wakeUp() }
        #expect(isCalled())
        WakeUp.clear(wakeUp.descriptor)
        #expect(!isCalled())
        wakeUp()
        #expect(isCalled())
    }

    @Test("All bytes reach a non-blocking stream that takes them in pieces")
    func pieces() throws {
        var ends: [CInt] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let received = Locked<[UInt8]>([])
        let reader = try Linux.Thread(name: "reader") {
            var buffer = [UInt8](repeating: 0, count: 10_000)
            while true {
                let count = read(reading, &buffer, buffer.count)
                guard count > 0 else { return }
                received.withLock { $0 += buffer[..<count] }
            }
        }
        #expect(bytes.withUnsafeBytes { FileDescriptor.writeAll($0, to: writing) })
        close(writing)
        reader.join()
        close(reading)
        #expect(received.withLock { $0 } == bytes)
    }

    @Test("A launch refuses a program that cannot be run in the workers' directory")
    func executables() throws {
        let directory = try TemporaryDirectory()
        let script = try directory.write("#!/bin/sh\n", to: "script")
        let text = try directory.write("", to: "text")
        #expect(chmod(script, 0o700) == 0 && chmod(text, 0o600) == 0)
        func refusal(_ executable: String, _ change: (inout Launch) -> Void = { _ in }) -> String? {
            var launch = Launch(executable: executable, workerCount: 1)
            change(&launch)
            do {
                try launch.checkIsExecutable()
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal(script) == nil)
        #expect(refusal(text) == "cannot run '\(text)' as worker: Permission denied")
        #expect(refusal("./script")?.contains("No such file") == true)
        #expect(refusal("./script") { $0.workingDirectory = directory.path } == nil)
        #expect(refusal("./script") { $0.info = ["wdir": directory.path] } == nil)
        #expect(refusal("sh") == nil)
        #expect(
            refusal("no-such-program") == "cannot run 'no-such-program' as worker: it is not in PATH; give its path"
        )
        for key in ["host", "hosts", "hostfile"] {
            #expect(refusal("/elsewhere/program") { $0.info = [key: "node7"] } == nil)
        }
    }
}
