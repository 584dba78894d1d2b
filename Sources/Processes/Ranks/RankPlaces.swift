package import Identities
internal import Linux
package import MPIBinding
internal import Wire

/// Where the ranks of a communicator are: their hosts, and the numbers that workers have there.
package struct RankPlaces {
    /// The numbers of this rank as a worker; nil in the master.
    package let own: WorkerPlace?
    /// What the ranks have told, on rank 0; nil on the others.
    let reports: [Report]?

    /// What one rank tells.
    struct Report: Equatable {
        let host: String
        /// Identifies the machine, since several hosts may have the same name.
        let machine: String
        /// The core that the rank may use; nil if it may use several.
        let onlyCore: Int?
        /// The number of cores of the machine.
        let coreCount: Int
    }

    /// Finds the places. Collective.
    ///
    /// - Parameter master: The rank that is no worker; nil if all are workers.
    package init(of communicator: Communicator, master: Int?) throws {
        let rank = try communicator.rank
        let size = try communicator.size
        reports = try Report.ofThisProcess.fixedSize.withUnsafeBytes { bytes in
            try communicator.gather(bytes, root: 0).map { all in
                stride(from: 0, to: all.count, by: bytes.count).map { Report(fixedSize: all[$0..<$0 + bytes.count]) }
            }
        }
        var hosts = [Int32](repeating: 0, count: size)
        if let reports { hosts = Self.numbers(reports) }
        try hosts.withUnsafeMutableBytes { try communicator.broadcast($0, root: 0) }
        let workers = (0..<size).filter { $0 != master }
        own = workers.firstIndex(of: rank).map { WorkerPlace.places(hosts: workers.map { hosts[$0] })[$0] }
    }

    /// Returns a number for the host of each rank.
    private static func numbers(_ reports: [Report]) -> [Int32] {
        var known: [String: Int32] = [:]
        return reports.map { report in
            let number = known["\(report.machine) \(report.host)", default: Int32(known.count)]
            known["\(report.machine) \(report.host)"] = number
            return number
        }
    }
}

// MARK: - Ranks on one core

extension RankPlaces {
    /// Returns a warning if several ranks of a host may use one core only, and it is the same one; nil otherwise.
    ///
    /// Such ranks run one after the other, and nothing else tells.
    ///
    /// - Parameter hasIntelBound: Whether Intel MPI has bound this rank.
    static func warning(_ reports: [Report], hasIntelBound: Bool) -> String? {
        struct Core: Hashable {
            let host: String
            let machine: String
            let number: Int
        }
        var counts: [Core: Int] = [:]
        for report in reports where report.coreCount > 1 {
            guard let number = report.onlyCore else { continue }
            counts[Core(host: report.host, machine: report.machine, number: number), default: 0] += 1
        }
        let crowded = counts.filter { $0.value > 1 }
        // The fullest one, and the first by name of several.
        let first = crowded.min { ($1.value, $0.key.host, $0.key.number) < ($0.value, $1.key.host, $1.key.number) }
        guard let (core, count) = first else { return nil }
        let others = Set(crowded.keys.map { "\($0.machine) \($0.host)" }).count - 1
        let also = others == 0 ? "" : ", and it is so on \(others) other host\(others == 1 ? "" : "s")"
        let remedy = hasIntelBound ? "set I_MPI_PIN=off" : "start mpiexec with --bind-to none"
        return "\(count) ranks on \(core.host) may use core \(core.number) only\(also); "
            + "\(remedy), or srun with --cpu-bind=none, or ask the batch system for a core for each rank"
    }
}

// MARK: - Reports

extension RankPlaces.Report {
    private static var size: Int { 256 }

    static var ofThisProcess: Self {
        let cores = Cores.usable
        return Self(
            host: HostName.current,
            machine: Machine.bootID,
            onlyCore: cores.count == 1 ? cores[0] : nil,
            coreCount: Cores.onlineCount
        )
    }

    /// The report in 256 bytes. Long names are cut.
    var fixedSize: [UInt8] {
        let buffer = FrameBuffer(capacity: Self.size)
        buffer.append(varint: UInt64(onlyCore.map { $0 + 1 } ?? 0))
        buffer.append(varint: UInt64(coreCount))
        buffer.append(text: machine.cut(toBytes: 64))
        buffer.append(text: host.cut(toBytes: 160))
        return buffer.bytes(paddedTo: Self.size)
    }

    init(fixedSize bytes: ArraySlice<UInt8>) {
        self = bytes.withUnsafeBytes { bytes in
            var reader = FrameReader(bytes)
            do {
                let core = Int(try reader.varint())
                let coreCount = Int(try reader.varint())
                let machine = try reader.text()
                return Self(
                    host: try reader.text(),
                    machine: machine,
                    onlyCore: core == 0 ? nil : core - 1,
                    coreCount: coreCount
                )
            } catch {
                return Self(host: "?", machine: "", onlyCore: nil, coreCount: 1)
            }
        }
    }
}
