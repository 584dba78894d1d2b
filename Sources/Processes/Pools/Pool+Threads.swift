internal import Glibc
internal import Identities
internal import Linux
internal import Pool
internal import Transport
internal import Wire
internal import Worker

extension Pool {
    /// Starts worker threads and returns a pool of them.
    static func threads(_ count: Int, _ language: any CallLanguage) throws -> Pool {
        let transport = ThreadTransport(workerCount: count)
        let host = HostName.current
        var threads: [Thread] = []
        for number in 0..<count {
            let identity = WorkerIdentity(WorkerID(number), of: count, host: host, processID: getpid())
            let body: @Sendable () -> Void = {
                let loop = ServeLoop(
                    transport: transport.workerEnd(WorkerID(number)),
                    language: language,
                    identity: identity,
                    place: WorkerPlace(WorkerID(number), of: count)
                )
                // Frames between threads are never malformed, and sending them never fails.
                do { try loop.run() } catch { fatalError("a worker thread failed: \(error)") }
            }
            do {
                threads.append(try Thread(name: "mpif-worker-\(number + 1)", body))
            } catch {
                for worker in 0..<number { transport.send(MasterFrame.goodbyeFrame(), to: WorkerID(worker)) }
                for thread in threads { thread.join() }
                throw error
            }
        }
        do {
            return try Pool(transport: transport, language: language) { [threads] in
                for thread in threads { thread.join() }
            }
        } catch {
            // The pool has dismissed the workers, so the threads end.
            for thread in threads { thread.join() }
            throw error
        }
    }
}
