import Glibc
import MPIFutures

/// One thing that holds, whatever the transport.
package struct Behaviour: Sendable {
    /// A sentence, unique among all.
    package let name: String
    /// What of the requirements it shows.
    package let line: Line
    package let needs: Needs
    package let body: Body

    package enum Body: Sendable {
        case blocking(@Sendable (Context) throws -> Void)
        case asynchronous(@Sendable (Context) async throws -> Void)
    }

    /// What not every transport can give.
    package struct Needs: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        /// Executors without a scope, and several at once.
        package static let freeExecutors = Needs(rawValue: 1)
        /// Workers that are started for each executor, as many as it asks for.
        package static let ownWorkers = Needs(rawValue: 2)
        /// Workers that are the same ones for all executors.
        package static let sharedWorkers = Needs(rawValue: 4)
        /// Workers that are processes.
        package static let processes = Needs(rawValue: 8)
        /// Executors whose workers can be isolated.
        package static let isolation = Needs(rawValue: 16)
        /// Workers that are ranks of MPI and serve by themselves.
        package static let ranks = Needs(rawValue: 32)
    }

    init(
        _ line: Line,
        _ name: String,
        needs: Needs = [],
        _ body: @escaping @Sendable (Context) throws -> Void
    ) {
        self.line = line
        self.name = name
        self.needs = needs
        self.body = .blocking(body)
    }

    init(
        async line: Line,
        _ name: String,
        needs: Needs = [],
        _ body: @escaping @Sendable (Context) async throws -> Void
    ) {
        self.line = line
        self.name = name
        self.needs = needs
        self.body = .asynchronous(body)
    }
}

extension Behaviour {
    /// The whole suite.
    package static let all: [Behaviour] =
        future + callbacks + waiting + completion + creation + initializers + bootup + shutdown + submission + maps
        + serialisation + chaining + sharing + asynchronous + limits + retries + snapshots + recycling + workerNumbers
        + memory + stress

    /// Those that a transport can show; with `MPIFUTURES_TEST_BEHAVIOUR` only those whose names have that in them.
    package static func all(on transport: Needs) -> [Behaviour] {
        let chosen = getenv("MPIFUTURES_TEST_BEHAVIOUR").map { String(cString: $0) }
        return all.filter { behaviour in
            behaviour.needs.isSubset(of: transport) && chosen.map { behaviour.name.contains($0) } ?? true
        }
    }
}
