package import Testing

/// Lets one caller through after the other, in order.
package actor Turn {
    /// Jobs of MPI.
    package static let ofJobs = Turn()
    /// Tests with pools in this process: some of them count its threads.
    package static let ofPools = Turn()

    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Comes back when all who came before are through.
    package func take() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    package func pass() {
        guard !waiting.isEmpty else {
            isTaken = false
            return
        }
        waiting.removeFirst().resume()
    }
}

/// Runs tests that make pools one after the other.
package struct InTurn: SingleTestTrait {
    package func perform(_ function: @concurrent @Sendable () async throws -> Void, of test: Test) async throws {
        await Turn.ofPools.take()
        do {
            try await function()
            await Turn.ofPools.pass()
        } catch {
            await Turn.ofPools.pass()
            throw error
        }
    }
}

extension Trait where Self == InTurn {
    /// No other test with a pool runs meanwhile in this process.
    package static var inTurn: InTurn { InTurn() }
}
