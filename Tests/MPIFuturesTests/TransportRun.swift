import Behaviours
import Support
import Testing

/// The behaviours of the transports that are other processes: each job runs once, for all tests.
actor TransportRun {
    static let shared = TransportRun()

    private var jobs: [String: Task<Job, any Error>] = [:]

    /// A job ended otherwise than with a report of all behaviours.
    struct NoReport: Error, CustomStringConvertible {
        let description: String
    }

    struct Job: Sendable {
        let report: Report
        /// Processes and shared memory that the job has left behind.
        let left: [String]
    }

    func job(on transport: Transport) async throws -> Job {
        if let task = jobs[transport.name] { return try await task.value }
        let task = Task { try await Self.run(transport) }
        jobs[transport.name] = task
        return try await task.value
    }

    private static func run(_ transport: Transport) async throws -> Job {
        let sharedMemory = Residue(in: ["/dev/shm"])
        let result = try await transport.runBehaviours()
        let report = Report(parsing: result.stdout.lines)
        // A behaviour that hangs ends the job; that is a result too, and the test of that behaviour says so.
        let isHanging = report.verdicts.values.contains(.hangs)
        guard isHanging || report.ends == 1 && result.status == .exited(0) else {
            throw NoReport(description: "\(transport.name): no complete report, but \(result)")
        }
        // Jobs run one at a time, but a process without mpiexec runs beside some other test's job, whose memory it is.
        let isBesideOthers =
            switch transport.runs {
            case .launcher(nil), .program, .spawner: true
            default: false
            }
        let segments = isBesideOthers ? [] : sharedMemory.left()
        return Job(report: report, left: result.leftovers.map { "\($0)" } + segments)
    }
}
