internal import Glibc
internal import Linux
internal import MPIBinding
internal import PluginForms
internal import PluginLoading

/// Prepares archives and scripts on all ranks of a job. Archives are unpacked once on each host, and scripts are
/// compiled once on rank 0.
///
/// A script's library is sent to the hosts on which rank 0's file does not exist.
struct Staging {
    let rank: Int
    let plan: Plan
    /// The plugin that this rank runs; nil if it runs none.
    let form: PluginForm?

    /// The division of the work, which is the same on all ranks.
    struct Plan: Equatable {
        /// The need of each rank.
        var needs: [PluginForm.Need?]
        /// For each rank, the lowest rank of its machine with the same need.
        var leaders: [Int]
    }

    /// Takes part in the preparation, whether this rank needs anything or not.
    func perform() throws -> Result<StagedPlugin, PluginError> {
        EarlySignals.install()
        let outcome: StagingOutcome
        guard let form, let need = form.need else {
            if rank == 0 { try provide(Self.other) }
            return .failure(notStaged("it needs nothing"))
        }
        switch need {
        case _ where plan.leaders[rank] != rank: outcome = try follow()
        case .unpacking: outcome = make(form)
        case .compiling where rank == 0: outcome = make(form)
        case .compiling: outcome = try receiveLibrary()
        }
        for follower in plan.leaders.indices where follower != rank && plan.leaders[follower] == rank {
            try outcome.send(to: follower)
        }
        if rank == 0 {
            try provide(need == .compiling ? outcome : Self.other)
        }
        return outcome.result.map { StagedPlugin(form, library: $0) }
    }

    private static let other = StagingOutcome(
        .failure(PluginError(code: .notStaged, path: "", problem: "rank 0 does not run this script"))
    )

    // MARK: Rank 0 of a script

    private func make(_ form: PluginForm) -> StagingOutcome {
        StagingOutcome(Result { () throws(PluginError) in try StagedPlugin.makeLibrary(form) })
    }

    /// Tells the other hosts' leaders the outcome, and sends them the file if they ask for it.
    private func provide(_ outcome: StagingOutcome) throws {
        let leaders = plan.leaders.indices.filter {
            $0 != 0 && plan.leaders[$0] == $0 && plan.needs[$0] == .compiling
        }
        for leader in leaders { try outcome.send(to: leader) }
        guard case .success(let path) = outcome.result else { return }
        for leader in leaders where try StagingMessage.receive(from: leader) == StagingMessage.wanted {
            let file = try RegularFile(path: path)
            try StagingMessage.send(try file.bytes(at: 0, count: file.size), to: leader)
        }
    }

    // MARK: Other ranks

    private func receiveLibrary() throws -> StagingOutcome {
        let outcome = try StagingOutcome.receive(from: 0)
        guard case .success(let path) = outcome.result else { return outcome }
        if let image = try? ELFImage(path: path), "\(image.identity)" == outcome.identity {
            try StagingMessage.send(StagingMessage.notWanted, to: 0)
            return outcome
        }
        try StagingMessage.send(StagingMessage.wanted, to: 0)
        let bytes = try StagingMessage.receive(from: 0)
        return StagingOutcome(Result { () throws(PluginError) in try store(bytes) })
    }

    private func store(_ bytes: [UInt8]) throws(PluginError) -> String {
        let directory = try PrivateDirectory()
        LauncherExit.remove(directory)
        let path = "\(directory.path)/script.so"
        guard let file = fopen(path, "wbe"), fwrite(bytes, 1, bytes.count, file) == bytes.count, fclose(file) == 0
        else { throw notStaged("\(path) cannot be written", cause: .last) }
        return path
    }

    private func follow() throws -> StagingOutcome {
        let leader = plan.leaders[rank]
        let outcome = try StagingOutcome.receive(from: leader)
        guard case .success(let path) = outcome.result else { return outcome }
        // A directory that will be removed stays while a process has it open.
        guard PrivateDirectory.keep(absoluteDirectory(ofFile: path)) || access(path, R_OK) == 0 else {
            return StagingOutcome(.failure(notStaged("\(path), which rank \(leader) has made, is not to be seen")))
        }
        return outcome
    }

    private func notStaged(_ reason: String, cause: SystemError.Code? = nil) -> PluginError {
        .cannotLoad(form?.path ?? "", .notStaged, reason, cause: cause)
    }
}
