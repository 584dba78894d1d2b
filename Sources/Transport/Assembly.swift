package import MPIBinding

/// A communicator in which one rank is the master and all others are workers, and who is who.
///
/// Workers are numbered from 0 in the order of their ranks.
package struct Assembly: Sendable {
    let communicator: Communicator
    let master: Int

    /// - Parameters:
    ///   - communicator: An intracommunicator that is used for nothing else.
    ///   - master: The master's rank in it.
    package init(_ communicator: Communicator, master: Int) {
        self.communicator = communicator
        self.master = master
    }

    var workerCount: Int {
        get throws(MPIError) { try communicator.size - 1 }
    }

    /// The worker that this process is.
    var ownNumber: Int {
        get throws(MPIError) { number(ofRank: try communicator.rank) }
    }

    func rank(ofWorker number: Int) -> Int { number < master ? number : number + 1 }

    func number(ofRank rank: Int) -> Int { rank < master ? rank : rank - 1 }
}
