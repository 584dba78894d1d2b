/// The numbers of Perfetto's messages that a trace consists of, and the names in it.
///
/// `protos/perfetto/trace` of <https://github.com/google/perfetto> has the messages. A trace is a sequence of packets, and
/// only uses what Perfetto declares to be stable: tracks, slices, instants and counters. Docs/Decisions/0042 says why.
enum TraceFormat {
    /// The only field of a `Trace`.
    static let packet = 1

    enum Packet {
        static let timestamp = 8
        static let sequence = 10
        static let trackEvent = 11
        static let internedData = 12
        static let flags = 13
        static let trackDescriptor = 60
        /// The flag of the first packet: names are defined from here on.
        static let begins: UInt64 = 1
        /// The flag of a packet that uses names which earlier packets have defined.
        static let usesNames: UInt64 = 2
    }

    enum Track {
        static let id = 1
        static let name = 2
        static let process = 3
        static let parent = 5
        static let counter = 8
        static let childOrdering = 11
        static let rank = 12
        /// The ordering of children by their ranks.
        static let explicit: UInt64 = 3
        static let processID = 1
        static let processName = 6
        static let counterUnit = 3
        /// The unit of counters that count.
        static let count: UInt64 = 2
    }

    enum Event {
        static let annotation = 4
        static let type = 9
        static let nameID = 10
        static let track = 11
        static let name = 23
        static let counterValue = 30
    }

    enum EventType: UInt64 {
        case begin = 1
        case end = 2
        case instant = 3
        case counter = 4
    }

    enum Annotation {
        static let nameID = 1
        static let number = 3
        static let text = 6
        static let name = 10
    }

    enum Interned {
        static let eventNames = 2
        static let annotationNames = 3
        static let id = 1
        static let name = 2
    }

    /// The tracks that each trace has. The workers' tracks follow.
    enum TrackID {
        static let process: UInt64 = 1
        static let queue: UInt64 = 2
        static let busy: UInt64 = 3
        static let firstWorker: UInt64 = 16
    }
}

/// The annotations of slices and instants.
enum TraceNote: UInt64, CaseIterable {
    case calls = 1
    case failed, again, queueTime, argumentBytes, resultBytes, arguments, failure, message, isShare

    /// The name, which Perfetto shows.
    var name: String {
        switch self {
        case .calls: "calls"
        case .failed: "failed"
        case .again: "try"
        case .queueTime: "queue_ns"
        case .argumentBytes: "argument_bytes"
        case .resultBytes: "result_bytes"
        case .arguments: "arguments"
        case .failure: "failure"
        case .message: "message"
        case .isShare: "time_is_share"
        }
    }
}
