internal import Tracing

/// The figures of a run, gathered from its trace in one pass and in bounded memory.
package struct RunFigures {
    /// The calls of one callable.
    struct Callable {
        var calls = 0
        var failed = 0
        /// Further tries. They are among the calls.
        var again = 0
        /// All durations together, in nanoseconds.
        var time: UInt64 = 0
        var shortest = UInt64.max
        var longest: UInt64 = 0
        var queueTime: UInt64 = 0
        var argumentBytes: UInt64 = 0
        var resultBytes: UInt64 = 0
        var durations = TimeHistogram()

        /// Returns the time that a share of the calls did not exceed, within a tenth.
        func quantile(_ share: Double) -> UInt64 {
            max(min(durations.quantile(share), longest), min(shortest, longest))
        }
    }

    struct Worker {
        var calls = 0
        var failed = 0
        var busy: UInt64 = 0
        var bins = LaneBins()
    }

    /// How the time of all workers was spent, from the first call's begin to the last call's end, in nanoseconds.
    struct WorkerTime: Equatable {
        var busy: UInt64 = 0
        /// Idle while calls were queued: the master, or the way to it, was the limit.
        var waiting: UInt64 = 0
        /// Idle while no call was queued.
        var idle: UInt64 = 0

        var total: UInt64 { busy + waiting + idle }
    }

    /// The most slices that are kept one by one.
    private static let mostSlices = 20_000
    /// The most bins of one worker, and of all workers together.
    private static let mostBins = (worker: 4096, all: 1 << 19)

    private(set) var workers: [Worker] = []
    private(set) var callables: [Callable] = []
    private(set) var workerNames: [String] = []
    private(set) var callableNames: [String] = []
    /// What the trace says about the run, and its totals at the end; nil if the trace has no end.
    private(set) var settings: [String: String] = [:]
    private(set) var totals: [String: String]?

    private(set) var bins = TimeBins(limit: mostBins.worker)
    private(set) var queue = QueueBins()
    private var lastQueued = (time: UInt64(0), count: 0)
    private(set) var firstBegin = UInt64.max
    private(set) var lastEnd: UInt64 = 0
    private(set) var sliceCount = 0
    /// All slices; empty if there are too many.
    private(set) var slices: [TraceSlice] = []
    private(set) var slowest = TopList<TraceSlice>(limit: 50)
    private(set) var largest = TopList<TraceSlice>(limit: 30)
    private(set) var failures: [TraceFailure] = []
    private(set) var failureCount = 0
    private static let mostFailures = 200

    /// Reads the trace of a file.
    ///
    /// - Throws: `TraceError`
    package init(trace path: String) throws {
        var reader = TraceReader()
        try reader.read(file: path) { add($0) }
        finish(reader)
    }

    init() {}

    mutating func finish(_ reader: TraceReader) {
        workerNames = reader.workers
        callableNames = reader.callables
        while workers.count < workerNames.count { addWorker() }
        while callables.count < callableNames.count { callables.append(Callable()) }
        addQueued(until: lastEnd, lastQueued.count)
    }

    mutating func add(_ item: TraceItem) {
        switch item {
        case .slice(let slice): add(slice)
        case .failure(let failure):
            failureCount += 1
            if failures.count < Self.mostFailures { failures.append(failure) }
        case .queued(let time, let count): addQueued(until: time, count)
        case .busy: break
        case .note("run", _, let pairs): settings.merge(pairs) { old, _ in old }
        case .note("end", _, let pairs): totals = pairs
        case .note: break
        }
    }

    private mutating func add(_ slice: TraceSlice) {
        while workers.count <= slice.worker { addWorker() }
        while callables.count <= slice.callable { callables.append(Callable()) }
        let time = slice.end - min(slice.end, slice.begin)
        let each = time / UInt64(max(1, slice.calls))
        workers[slice.worker].calls += slice.calls
        workers[slice.worker].failed += slice.failed
        workers[slice.worker].busy += time
        callables[slice.callable].add(slice, time, each)
        firstBegin = min(firstBegin, slice.begin)
        lastEnd = max(lastEnd, slice.end)
        reach(slice.end)
        var lane = workers[slice.worker].bins
        workers[slice.worker].bins = LaneBins()
        bins.forEach(from: slice.begin, to: slice.end) { lane.add($0, $1, callable: slice.callable) }
        if slice.failed > 0 { lane.addFailures(Int(slice.end / bins.width), slice.failed) }
        workers[slice.worker].bins = lane
        sliceCount += 1
        if sliceCount <= Self.mostSlices { slices.append(slice) } else { slices = [] }
        slowest.add(slice, key: each)
        largest.add(slice, key: slice.argumentBytes + slice.resultBytes)
    }

    private mutating func addQueued(until time: UInt64, _ count: Int) {
        reach(time)
        let last = lastQueued
        lastQueued = (max(last.time, time), count)
        bins.forEach(from: last.time, to: max(last.time, time)) { bin, _ in queue.add(bin, last.count) }
        queue.add(Int(time / bins.width), count)
    }

    private mutating func addWorker() {
        workers.append(Worker())
        while bins.limit * workers.count > Self.mostBins.all, bins.limit > 256 {
            bins.halve()
            mergeBins()
        }
    }

    private mutating func reach(_ time: UInt64) {
        for _ in 0..<bins.reach(time) { mergeBins() }
    }

    private mutating func mergeBins() {
        for index in workers.indices { workers[index].bins.merge() }
        queue.merge()
    }
}

extension RunFigures.Callable {
    fileprivate mutating func add(_ slice: TraceSlice, _ time: UInt64, _ each: UInt64) {
        calls += slice.calls
        failed += slice.failed
        if slice.attempt > 1 { again += slice.calls }
        self.time += time
        shortest = min(shortest, each)
        longest = max(longest, each)
        queueTime += slice.queueTime * UInt64(slice.calls)
        argumentBytes += slice.argumentBytes
        resultBytes += slice.resultBytes
        durations.add(each, count: slice.calls)
    }
}

// MARK: - Derived figures

extension RunFigures {
    var calls: Int { workers.reduce(0) { $0 + $1.calls } }
    var failed: Int { workers.reduce(0) { $0 + $1.failed } }
    var again: Int { callables.reduce(0) { $0 + $1.again } }
    /// From the first call's begin to the last call's end, in nanoseconds.
    var duration: UInt64 { lastEnd - min(lastEnd, firstBegin) }
    var binCount: Int { sliceCount == 0 ? 0 : Int(lastEnd / bins.width) + 1 }

    /// The time of all workers in one bin.
    func workerTime(inBin bin: Int) -> WorkerTime {
        let begin = max(firstBegin, UInt64(bin) * bins.width)
        let end = min(lastEnd, UInt64(bin + 1) * bins.width)
        var time = WorkerTime()
        guard begin < end else { return time }
        for worker in workers where worker.bins.bins.count > bin { time.busy += worker.bins.bins[bin].busy }
        let all = UInt64(workers.count) * (end - begin)
        time.busy = min(time.busy, all)
        // The queue of a bin without a sample is that of the last sample, which `addQueued` has filled in.
        if bin < queue.bins.count, queue.bins[bin].least > 0, queue.bins[bin].least < .max {
            time.waiting = all - time.busy
        } else {
            time.idle = all - time.busy
        }
        return time
    }

    var workerTime: WorkerTime {
        (0..<binCount).reduce(into: WorkerTime()) { sum, bin in
            let time = workerTime(inBin: bin)
            sum.busy += time.busy
            sum.waiting += time.waiting
            sum.idle += time.idle
        }
    }

    func name(ofWorker index: Int) -> String {
        workerNames.indices.contains(index) ? workerNames[index] : "worker \(index + 1)"
    }

    func name(ofCallable index: Int) -> String {
        callableNames.indices.contains(index) ? callableNames[index] : "?"
    }
}
