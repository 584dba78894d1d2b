internal import Tracing

extension RunFigures {
    /// The figures as one object of JSON. Times are in seconds.
    package var json: String {
        var writer = JSONWriter()
        writer.object { writeFigures(&$0) }
        return writer.text + "\n"
    }

    func writeFigures(_ json: inout JSONWriter) {
        let time = workerTime
        json.field("calls", calls)
        json.field("failed", failed)
        json.field("again", again)
        json.field("duration", Self.seconds(duration))
        json.field("slices", sliceCount)
        json.key("complete")
        json.value(totals != nil)
        json.key("workerTime")
        json.object {
            $0.field("busy", Self.seconds(time.busy))
            $0.field("waitingForMaster", Self.seconds(time.waiting))
            $0.field("idle", Self.seconds(time.idle))
        }
        json.key("settings")
        Self.write(settings, &json)
        if let totals {
            json.key("totals")
            Self.write(totals, &json)
        }
        json.key("callables")
        json.array { json in
            for index in callables.indices where callables[index].calls > 0 { write(callable: index, &json) }
        }
        json.key("workers")
        json.array { json in
            for (index, worker) in workers.enumerated() {
                json.object {
                    $0.field("name", name(ofWorker: index))
                    $0.field("calls", worker.calls)
                    $0.field("failed", worker.failed)
                    $0.field("busy", Self.seconds(worker.busy))
                }
            }
        }
        json.key("slowest")
        json.array { json in for slice in slowest.elements { write(slice, &json) } }
        json.key("largest")
        json.array { json in for slice in largest.elements { write(slice, &json) } }
        json.field("failures", failureCount)
        json.key("failedCalls")
        json.array { json in
            for failure in failures {
                json.object {
                    $0.field("time", Self.seconds(failure.time))
                    $0.field("worker", name(ofWorker: failure.worker))
                    $0.field("callable", name(ofCallable: failure.callable))
                    $0.field("try", failure.attempt)
                    $0.field("failure", failure.failure)
                    $0.field("message", failure.message)
                    $0.field("arguments", failure.arguments)
                }
            }
        }
    }

    static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }

    private static func write(_ pairs: [String: String], _ json: inout JSONWriter) {
        json.object { json in for (key, value) in pairs.sorted(by: { $0.key < $1.key }) { json.field(key, value) } }
    }

    private func write(callable index: Int, _ json: inout JSONWriter) {
        let callable = callables[index]
        json.object { json in
            json.field("name", name(ofCallable: index))
            json.field("index", index)
            json.field("calls", callable.calls)
            json.field("failed", callable.failed)
            json.field("again", callable.again)
            json.field("time", Self.seconds(callable.time))
            // Nine digits after the point: calls may take nanoseconds.
            json.field("meanNanoseconds", callable.time / UInt64(max(1, callable.calls)))
            json.field("shortestNanoseconds", callable.shortest)
            json.field("medianNanoseconds", callable.quantile(0.5))
            json.field("p90Nanoseconds", callable.quantile(0.9))
            json.field("p99Nanoseconds", callable.quantile(0.99))
            json.field("longestNanoseconds", callable.longest)
            json.field("meanQueueTime", Self.seconds(callable.queueTime / UInt64(max(1, callable.calls))))
            json.field("argumentBytes", callable.argumentBytes)
            json.field("resultBytes", callable.resultBytes)
            json.key("distribution")
            json.array { json in
                for part in callable.durations.classes {
                    json.array {
                        $0.value(part.begin)
                        $0.value(part.end)
                        $0.value(part.count)
                    }
                }
            }
        }
    }

    private func write(_ slice: TraceSlice, _ json: inout JSONWriter) {
        json.object {
            $0.field("begin", Self.seconds(slice.begin))
            $0.field("nanoseconds", slice.end - min(slice.end, slice.begin))
            $0.field("calls", slice.calls)
            $0.field("worker", name(ofWorker: slice.worker))
            $0.field("callable", name(ofCallable: slice.callable))
            $0.field("queueTime", Self.seconds(slice.queueTime))
            $0.field("argumentBytes", slice.argumentBytes)
            $0.field("resultBytes", slice.resultBytes)
            $0.field("arguments", slice.arguments)
        }
    }
}
