internal import Linux
internal import MPIBinding
internal import MPIFutures
internal import PluginForms
internal import Processes
internal import Wire

/// The hand-shake before the program begins: every rank tells rank 0 how loading the plugin went, and rank 0 decides.
struct RollCall {
    /// What rank 0 says when the job cannot begin.
    struct Complaint: Equatable {
        let message: String
        let status: Int
    }

    let mayBegin: Bool
    /// How all ranks will leave MPI.
    let policy: FinalizePolicy
    /// On rank 0, if the job cannot begin.
    let complaint: Complaint?
    /// What is to be done before the job can begin, and another roll call is held; nil if nothing is.
    let staging: Staging.Plan?

    /// What one rank reports.
    struct Report: Equatable {
        var host: String
        /// Which machine this is, if hosts have the same name.
        var machine = ""
        /// What the rank needs before it can load anything; 0 if it has loaded it, or has failed to.
        var need: UInt8 = 0
        /// The build of the plugin that was loaded; empty if there is none.
        var build: String
        /// What went wrong; empty if nothing did.
        var problem: String
    }

    /// Takes part in the roll call. Collective over the world communicator.
    ///
    /// - Parameters:
    ///   - loaded: the builds of what was loaded, which all ranks must have alike.
    ///   - need: what this rank needs before it can load anything.
    static func hold(
        _ loaded: Result<String, LoadFailure>,
        _ need: PluginForm.Need?,
        _ settings: Settings
    ) throws -> RollCall {
        var report = Report(loaded)
        report.need = need?.rawValue ?? 0
        let reports = try Communicator.world.gather(report.fixedSize, root: 0)?.map(Report.init(fixedSize:))
        let complaint = reports.flatMap(judge)
        let areManyHosts = Set((reports ?? []).map(\.host)).count > 1
        // Rank 0's opinion, in numbers.
        var verdict = [
            complaint == nil ? 1 : 0,
            settings.finalizePolicy(isJobOnManyHosts: areManyHosts).timeout,
            reports?.contains { $0.need != 0 } == true ? 1 : 0,
        ]
        try verdict.withUnsafeMutableBytes { try Communicator.world.broadcast($0, root: 0) }
        return RollCall(
            mayBegin: verdict[0] == 1,
            policy: FinalizePolicy(timeout: verdict[1]),
            complaint: complaint,
            staging: verdict[0] == 1 && verdict[2] == 1 ? try Staging.Plan.share(reports) : nil
        )
    }

    /// What stands in the way of a job with these reports, in the order of ranks; nil if nothing does.
    static func judge(_ reports: [Report]) -> Complaint? {
        guard let master = reports.first else { return nil }
        if !master.problem.isEmpty { return Complaint(message: master.problem, status: 2) }
        // Builds can be compared when all have loaded something.
        let areLoaded = reports.allSatisfy { $0.need == 0 }
        let ill = reports.indices.filter {
            !reports[$0].problem.isEmpty || (areLoaded && reports[$0].build != master.build)
        }
        guard let first = ill.first else { return nil }
        let report = reports[first]
        let problem =
            report.problem.isEmpty
            ? "another build of the plugin (\(report.build)) than that of rank 0 on \(master.host) "
                + "(\(master.build)); copy the same file to all hosts"
            : report.problem
        let others = ill.count == 1 ? "" : " (and \(ill.count - 1) more)"
        return Complaint(message: "rank \(first) on \(report.host)\(others): \(problem)", status: 1)
    }
}

extension RollCall.Report {
    private static var size: Int { 2048 }

    init(_ loaded: Result<String, LoadFailure>) {
        host = HostName.current
        machine = Machine.identity
        switch loaded {
        case .success(let identity): (build, problem) = (identity, "")
        case .failure(let error): (build, problem) = ("", "\(error)")
        }
    }

    /// The report in a number of bytes that is the same for all.
    var fixedSize: [UInt8] {
        let buffer = FrameBuffer(capacity: Self.size)
        // Each text may be cut, none may be lost.
        buffer.append(byte: need)
        buffer.append(text: machine.cut(toBytes: 64))
        buffer.append(text: host.cut(toBytes: 256))
        buffer.append(text: build.cut(toBytes: 256))
        buffer.append(text: problem.cut(toBytes: 1400))
        return Array(buffer.bytes) + [UInt8](repeating: 0, count: Self.size - buffer.count)
    }

    init(fixedSize bytes: ArraySlice<UInt8>) {
        self = bytes.withUnsafeBytes { bytes in
            var reader = FrameReader(bytes)
            do {
                let need = try reader.byte()
                let machine = try reader.text()
                return Self(
                    host: try reader.text(),
                    machine: machine,
                    need: need,
                    build: try reader.text(),
                    problem: try reader.text()
                )
            } catch {
                return Self(host: "?", build: "", problem: "its report cannot be read: \(error)")
            }
        }
    }
}

extension String {
    /// The text's beginning, in so many bytes of UTF-8 at most.
    fileprivate func cut(toBytes count: Int) -> String {
        var end = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex
        while end > startIndex, Index(end, within: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

extension Communicator {
    /// The bytes of every rank, on the root; the count is the same everywhere.
    fileprivate func gather(_ bytes: [UInt8], root: Int) throws -> [ArraySlice<UInt8>]? {
        let all = try bytes.withUnsafeBytes { try gather($0, root: root) }
        return all.map { all in
            stride(from: 0, to: all.count, by: bytes.count).map { all[$0..<$0 + bytes.count] }
        }
    }
}
