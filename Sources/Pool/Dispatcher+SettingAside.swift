internal import Identities
internal import Transport
internal import Wire

/// Calls that have ended their worker for the last time, and are kept for a person to look at.
extension Dispatcher {
    /// Hands a failed call to those who asked for such calls.
    ///
    /// - Parameters:
    ///   - task: A segment with the call alone.
    ///   - payload: The result, a failure.
    func setAside(_ task: Segment, of queue: TaskQueue, on worker: WorkerID, _ payload: Payload) throws {
        guard let keep = queue.keepFailedCall else { return }
        let all = callables.definitions
        var reader = FrameReader(task.records.bytes, at: task.offset)
        let record = try reader.taskRecord()
        guard all.indices.contains(record.callable.number) else { return }
        // A frame without tasks comes first: the executor's initializer needs its definition.
        var frames = [
            TaskFrame.begin(executor: 0, sequence: 0, definitions: 0..<all.count, of: all, capacity: 256)
        ]
        frames += transport.sharedValues(of: worker)
        if let setup = executors[queue.executor]?.setup, !setup.isEmpty {
            frames.append(openFrame(queue.executor, setup, definitions: 0..<0, of: all))
        }
        let call = TaskFrame.begin(
            executor: queue.executor,
            sequence: 1,
            takesArrays: true,
            capacity: TaskFrame.reserve + record.arguments.count + 16
        )
        call.append(callable: record.callable, arguments: record.arguments)
        call.outOfBand = task.records.outOfBand
        TaskFrame.setCount(1, in: call)
        frames.append(call)
        keep(
            FailedCall(
                definition: all[record.callable.number],
                failure: Array(try payload.read().bytes),
                frames: frames
            )
        )
    }
}
