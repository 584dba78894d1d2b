internal import Identities
internal import Scheduling
internal import Transport
internal import Waiting
internal import Wire

/// Workers that are lost for good while others go on.
extension Dispatcher {
    /// Gives workers up that the transport has lost. Calls that they have not answered fail, or are made again by other
    /// workers: some of them may have been made.
    func giveUp(_ outages: [WorkerOutage]) {
        guard failure == nil else { return }
        let new = outages.filter { workers.contains($0.worker) && !workers[$0.worker].hasLeft }
        var groups: [(host: String?, outages: [WorkerOutage])] = []
        for outage in new {
            let host = workers[outage.worker].identity?.host
            if let index = groups.firstIndex(where: { $0.host == host }) {
                groups[index].outages.append(outage)
            } else {
                groups.append((host, [outage]))
            }
        }
        for group in groups { giveUp(group.outages, host: group.host) }
    }

    private func giveUp(_ outages: [WorkerOutage], host: String?) {
        guard let first = outages.first else { return }
        let areLeaving = outages.allSatisfy { workers[$0.worker].saidGoodbye }
        let introduced = outages.map { workers[$0.worker].introducedTo }
        for outage in outages {
            let wasServing = workers[outage.worker].identity != nil
            transport.giveUp(outage.worker)
            workers[outage.worker].lose()
            if idling.earlyFrame?.worker == outage.worker { idling.earlyFrame = nil }
            scheduler.workerLost(outage.worker)
            tally.lose(serving: wasServing ? 1 : 0)
        }
        let report = HostOutage(
            host: host,
            workers: outages.map(\.worker),
            cause: first.cause,
            left: workers.servingCount,
            isLeaving: areLeaving
        )
        outageHandling.report(report)
        do {
            for outage in outages { try answerFrames(for: outage) }
        } catch {
            return lose(error)
        }
        guard workers.servingCount > 0 || areLeaving, workers.hasAllReported else {
            return fail(BreakCause.workersLost(report))
        }
        for executor in introduced.joined() {
            executors[executor]?.awaited -= 1
            finishBoot(executor)
        }
        forgetUnneeded()
    }

    /// Answers the frames of a lost worker in its place.
    private func answerFrames(for outage: WorkerOutage) throws {
        guard let identity = workers[outage.worker].identity else { return }
        while var frame = workers[outage.worker].frames.first {
            let count = frame.count - frame.answered
            let reply = ResultFrame.begin(sequence: frame.sequence, first: frame.answered, capacity: 256)
            for index in frame.answered..<frame.count {
                let definition = try frame.record(ofTask: index).map { callables[$0.callable] }
                reply.append(byte: ResultStatus.workerLost.rawValue)
                outageHandling.failure(outage, identity, definition).withUnsafeBytes { reply.append(block: $0) }
            }
            ResultFrame.finish(reply, count: count, nanoseconds: 0)
            reply.sender = outage.worker
            guard case .results(let results) = try WorkerFrame(parsing: reply) else { return }
            try take(results, from: outage.worker, reply)
        }
    }
}
