internal import Linux
internal import MPIBinding
internal import MPIFutures
internal import PluginForms
internal import Processes
internal import Wire

/// The handshake before the program begins. Every rank reports to rank 0 how loading the plugin went, and rank 0
/// decides.
struct RollCall {
    /// The message and the exit status of a job that cannot begin.
    struct Complaint: Equatable {
        let message: String
        let status: Int
    }

    let mayBegin: Bool
    /// The way in which all ranks will leave MPI.
    let policy: FinalizePolicy
    /// The complaint, on rank 0 if the job cannot begin.
    let complaint: Complaint?
    /// The work that must be done before the job can begin and before a second roll call; nil if there is none.
    let staging: Staging.Plan?

    /// The report of one rank.
    struct Report: Equatable {
        var host: String
        /// Identifies the machine, because several hosts may have the same name.
        var machine = ""
        /// What the rank needs before it can load the plugin. 0 if the rank has loaded it or has failed.
        var need: UInt8 = 0
        /// The build of the loaded plugin; empty if there is none.
        var build: String
        /// The rank's problem; empty if there is none.
        var problem: String
    }

    /// Takes part in the roll call. Collective over the world communicator.
    ///
    /// - Parameters:
    ///   - loaded: The builds that were loaded. They must be the same on all ranks.
    ///   - need: What this rank needs before it can load the plugin.
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
        // The decision of rank 0, as numbers.
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

    /// Returns the first complaint about these reports, which are in the order of ranks; nil if the job can begin.
    static func judge(_ reports: [Report]) -> Complaint? {
        guard let master = reports.first else { return nil }
        if !master.problem.isEmpty { return Complaint(message: master.problem, status: 2) }
        // Builds can be compared once all ranks have loaded something.
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

    /// The report in a fixed number of bytes, the same on all ranks.
    var fixedSize: [UInt8] {
        let buffer = FrameBuffer(capacity: Self.size)
        // Each text may be cut, but none may be missing.
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
    /// Returns the longest beginning of the text with at most `count` bytes of UTF-8.
    fileprivate func cut(toBytes count: Int) -> String {
        var end = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex
        while end > startIndex, Index(end, within: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

extension Communicator {
    /// Gathers the bytes of every rank on the root. All ranks pass the same number of bytes.
    fileprivate func gather(_ bytes: [UInt8], root: Int) throws -> [ArraySlice<UInt8>]? {
        let all = try bytes.withUnsafeBytes { try gather($0, root: root) }
        return all.map { all in
            stride(from: 0, to: all.count, by: bytes.count).map { all[$0..<$0 + bytes.count] }
        }
    }
}
