import MPIBinding
import Testing

@Suite("The request to kill a job")
struct KillRequestTests {
    @Test("The request to kill a job is one line with the status in three digits", arguments: [0, 7, 77, 255])
    func line(status: Int32) {
        let text = MPI.withKillRequest(status: status) { String(decoding: $0, as: UTF8.self) }
        let digits = String(repeating: "0", count: 3 - "\(status)".count) + "\(status)"
        #expect(text == "cmd=abort exitcode=\(digits)\n")
    }
}
