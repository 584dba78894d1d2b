internal import Waiting

/// The outages that a transport has noticed, for a handler that may come later than the first of them.
final class OutageList: Sendable {
    private struct State {
        var handler: (@Sendable ([WorkerOutage]) -> Void)?
        var early: [WorkerOutage] = []
    }

    private let state = Locked(State())

    var add: @Sendable ([WorkerOutage]) -> Void {
        { [self] outages in
            let handler = state.withLock { state in
                if state.handler == nil { state.early += outages }
                return state.handler
            }
            handler?(outages)
        }
    }

    func setHandler(_ handler: @escaping @Sendable ([WorkerOutage]) -> Void) {
        let early = state.withLock { state in
            state.handler = handler
            defer { state.early = [] }
            return state.early
        }
        if !early.isEmpty { handler(early) }
    }
}
