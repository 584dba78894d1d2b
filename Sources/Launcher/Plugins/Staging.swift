internal import Glibc
internal import Linux
internal import MPIBinding
internal import PluginForms
internal import PluginLoading

/// Prepares plugins on all ranks of a job that cannot load them in place. Archives are unpacked once on each host, and
/// scripts are compiled once on rank 0.
///
/// Rank 0 sends the library of a script, and a plugin that other hosts do not have, to each host on which its own file
/// does not exist.
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

    /// Takes part in the preparation, whether this rank needs anything or not. Returns nil if it needs nothing.
    func perform() throws -> Result<StagedPlugin, PluginError>? {
        EarlySignals.install()
        guard let form, let need = plan.needs[rank] else {
            if rank == 0 { try provide(form.flatMap { StagedPlugin(inPlace: $0) }.map { .success($0.library) }) }
            return nil
        }
        let outcome: StagingOutcome
        switch need {
        case _ where plan.leaders[rank] != rank: outcome = try follow()
        case .unpacking: outcome = make(form)
        case .compiling where rank == 0: outcome = make(form)
        case .compiling, .fetching: outcome = try receiveCopy()
        }
        for follower in plan.leaders.indices where follower != rank && plan.leaders[follower] == rank {
            try outcome.send(to: follower)
        }
        if rank == 0 { try provide(outcome.result) }
        return outcome.result.map { StagedPlugin(form, library: $0) }
    }

    // MARK: Rank 0

    private func make(_ form: PluginForm) -> StagingOutcome {
        StagingOutcome(Result { () throws(PluginError) in try StagedPlugin.makeLibrary(form) })
    }

    /// Tells the other hosts' leaders where this rank's library is, and sends them the files if they ask for them.
    ///
    /// - Parameter own: The library of this rank, or the reason why there is none; nil if it has no plugin.
    private func provide(_ own: Result<String, PluginError>?) throws {
        var takers: [Int] = []
        for leader in plan.leaders.indices where leader != 0 && plan.leaders[leader] == leader {
            switch plan.needs[leader] {
            case .compiling where form?.need != .compiling, .fetching where own == nil:
                try StagingOutcome(.failure(notStaged("rank 0 does not run it"))).send(to: leader)
            case .compiling, .fetching:
                guard let own else { continue }
                try StagingOutcome(own).send(to: leader)
                takers.append(leader)
            default: continue
            }
        }
        guard case .success(let library)? = own, let form else { return }
        takers = try takers.filter { try StagingMessage.receive(from: $0) == StagingMessage.wanted }
        guard !takers.isEmpty else { return }
        // A directory and an archive have more files than the library.
        try StagingCopy.send(form.isTree ? absoluteDirectory(ofFile: library) : library, to: takers)
    }

    // MARK: Other ranks

    private func receiveCopy() throws -> StagingOutcome {
        let outcome = try StagingOutcome.receive(from: 0)
        guard case .success(let path) = outcome.result else { return outcome }
        if let image = try? ELFImage(path: path), "\(image.identity)" == outcome.identity {
            try StagingMessage.send(StagingMessage.notWanted, to: 0)
            return outcome
        }
        try StagingMessage.send(StagingMessage.wanted, to: 0)
        let copy = try StagingCopy.receive(from: 0)
        if case .success(let directory) = copy { LauncherExit.remove(directory) }
        return StagingOutcome(copy.map { "\($0.path)/\(path.split(separator: "/").last ?? "")" })
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
