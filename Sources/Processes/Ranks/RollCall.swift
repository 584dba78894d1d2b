internal import Linux
internal import MPIBinding
internal import Wire

/// The hand-shake of a job's ranks before any of them begins: every rank tells rank 0 what it has loaded, or what went
/// wrong, and rank 0 decides.
package struct RollCall {
    /// Says why the job cannot begin.
    struct Complaint: Equatable {
        let message: String
        let status: Int
    }

    /// Whether all ranks are fit to begin.
    package let mayBegin: Bool
    /// How all ranks will leave MPI.
    let policy: FinalizePolicy
    /// Whether the ranks are on several hosts.
    let isOnManyHosts: Bool
    /// Why the job cannot begin, on rank 0; nil on the others, and if it can.
    let complaint: Complaint?
    /// Whether a rank has a need, so that another roll call follows once the needs are met.
    package let hasNeeds: Bool
    /// Whether ranks own runners in place of serving themselves.
    let isIsolated: Bool
    /// The reports of all ranks, on rank 0; nil on the others.
    package let reports: [Report]?

    /// What one rank reports.
    package struct Report: Equatable {
        package var host: String
        /// Identifies the machine, since several hosts may have the same name.
        package var machine = ""
        /// Whether the program that the rank has loaded can use MPI.
        package var usesMPI = false
        /// What the rank needs before it can load anything: a number that only its sender's caller understands. It is 0
        /// if the rank has loaded all, or has failed to.
        package var need: UInt8 = 0
        /// The build of the plugin that was loaded; empty if there is none. A rank with a need may say something else of
        /// it.
        package var build: String
        /// The rank's problem; empty if there is none.
        var problem: String
    }

    /// Takes part in the roll call. Collective over the world communicator.
    ///
    /// - Parameters:
    ///   - loaded: The build of what was loaded, which must be the same on all ranks.
    ///   - need: What this rank needs before it can load anything; 0 if it needs nothing.
    ///   - usesMPI: Whether the program that was loaded can use MPI by itself.
    static func hold(
        _ loaded: Result<String, any Error>,
        need: UInt8,
        usesMPI: Bool,
        _ settings: Settings
    ) throws -> RollCall {
        var report = Report(loaded)
        report.need = need
        report.usesMPI = usesMPI
        let reports = try Communicator.world.gather(report.fixedSize, root: 0)?.map(Report.init(fixedSize:))
        let complaint = reports.flatMap(judge)
        let areManyHosts = Set((reports ?? []).map(\.host)).count > 1
        // Rank 0's decision, in numbers.
        var verdict = [
            complaint == nil ? 1 : 0,
            settings.finalizePolicy(isJobOnManyHosts: areManyHosts).timeout,
            reports?.contains { $0.need != 0 } == true ? 1 : 0,
            Runtime.shared.isolatesRanks(settings, useMPI: reports?.contains { $0.usesMPI } == true) ? 1 : 0,
            areManyHosts ? 1 : 0,
        ]
        try verdict.withUnsafeMutableBytes { try Communicator.world.broadcast($0, root: 0) }
        return RollCall(
            mayBegin: verdict[0] == 1,
            policy: FinalizePolicy(timeout: verdict[1]),
            isOnManyHosts: verdict[4] == 1,
            complaint: complaint,
            hasNeeds: verdict[2] == 1,
            isIsolated: verdict[3] == 1,
            reports: reports
        )
    }

    /// Returns why a job with these reports, in the order of ranks, cannot begin; nil if it can.
    static func judge(_ reports: [Report]) -> Complaint? {
        guard let first = reports.first else { return nil }
        // The others have most likely failed for the same reason.
        if !first.problem.isEmpty {
            return Complaint(message: "rank 0 on \(first.host): \(first.problem)", status: 2)
        }
        // Builds can be compared when all have loaded something.
        let areLoaded = reports.allSatisfy { $0.need == 0 }
        let ill = reports.indices.filter {
            !reports[$0].problem.isEmpty || (areLoaded && reports[$0].build != first.build)
        }
        guard let rank = ill.first else { return nil }
        let report = reports[rank]
        let problem =
            report.problem.isEmpty
            ? "another build of the plugin (\(report.build)) than that of rank 0 on \(first.host) "
                + "(\(first.build)); copy the same file to all hosts"
            : report.problem
        let others = ill.count == 1 ? "" : " (and \(ill.count - 1) more)"
        return Complaint(message: "rank \(rank) on \(report.host)\(others): \(problem)", status: 1)
    }
}

extension RollCall.Report {
    private static var size: Int { 2048 }

    init(_ loaded: Result<String, any Error>) {
        host = HostName.current
        machine = Machine.bootID
        switch loaded {
        case .success(let identity): (build, problem) = (identity, "")
        case .failure(let error): (build, problem) = ("", "\(error)")
        }
    }

    /// The report in 2048 bytes, whatever it says.
    var fixedSize: [UInt8] {
        let buffer = FrameBuffer(capacity: Self.size)
        // Long texts are cut, so that all of them fit.
        buffer.append(byte: need)
        buffer.append(byte: usesMPI ? 1 : 0)
        buffer.append(text: machine.cut(toBytes: 64))
        buffer.append(text: host.cut(toBytes: 256))
        buffer.append(text: build.cut(toBytes: 256))
        buffer.append(text: problem.cut(toBytes: 1400))
        return buffer.bytes(paddedTo: Self.size)
    }

    init(fixedSize bytes: ArraySlice<UInt8>) {
        self = bytes.withUnsafeBytes { bytes in
            var reader = FrameReader(bytes)
            do {
                let need = try reader.byte()
                let usesMPI = try reader.byte() == 1
                let machine = try reader.text()
                return Self(
                    host: try reader.text(),
                    machine: machine,
                    usesMPI: usesMPI,
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
    /// Returns the text's beginning, in at most `count` bytes of UTF-8.
    func cut(toBytes count: Int) -> String {
        var end = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex
        while end > startIndex, Index(end, within: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

extension Communicator {
    /// Returns the bytes of every rank on the root, and nil elsewhere. All ranks must give the same number of bytes.
    fileprivate func gather(_ bytes: [UInt8], root: Int) throws -> [ArraySlice<UInt8>]? {
        let all = try bytes.withUnsafeBytes { try gather($0, root: root) }
        return all.map { all in
            stride(from: 0, to: all.count, by: bytes.count).map { all[$0..<$0 + bytes.count] }
        }
    }
}
