internal import Identities
internal import Launching
internal import Pool
internal import Transport
internal import Wire
internal import Worker

extension OutageHandling {
    /// Lets calls of lost workers fail in the words of a language, and tells the user of the loss.
    init(_ language: any CallLanguage) {
        self.init(
            failure: { outage, identity, callable in
                language.encode(
                    TaskFailure(
                        stage: .running,
                        typeName: "",
                        message: "lost its worker, which is \(outage.cause),",
                        callable: callable.map { language.name(of: $0) } ?? "an unknown callable",
                        rank: identity.rank.number,
                        worldSize: identity.worldSize,
                        host: identity.host,
                        end: .lost
                    )
                )
            },
            report: { outage in
                Leaving.noteLostRanks()
                // The error of the pool has the same words.
                if outage.left > 0, !outage.isLeaving { Log.warning(outage.description) }
            }
        )
    }
}
