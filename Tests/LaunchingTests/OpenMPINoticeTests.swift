import Launching
import Testing

@Suite("Open MPI's report of a killed process")
struct OpenMPINoticeTests {
    private static let rule = String(repeating: "-", count: 74)

    @Test(
        "Open MPI's report of a killed process is read, of each version and however its lines are broken",
        arguments: [
            """
            \(rule)
            prterun noticed that process rank 0 with PID 50 on node vm exited on
            signal 9 (Killed).
            \(rule)
            """,
            """
            \(rule)
            Primary job  terminated normally, but 1 process returned
            a non-zero exit code. Per user-direction, the job has been aborted.
            \(rule)
            \(rule)
            mpiexec.openmpi noticed that process rank 2 with PID 50 on node vm exited on signal 9 (Killed).
            \(rule)
            """,
        ]
    )
    func killed(text: String) throws {
        let report = try #require(OpenMPINotice.report(in: text))
        #expect(report.processID == 50)
        #expect(report.host == "vm")
        #expect(report.code == 9)
        #expect(report.signal == "Killed (signal 9)")
    }

    @Test(
        "Open MPI's report of a killed process is not seen in other text",
        arguments: ["", "PID", "with PID x on node a exited on signal 9 (Killed).", "PID 5 on node a exited on signal"]
    )
    func none(text: String) {
        #expect(OpenMPINotice.report(in: text) == nil)
    }
}
