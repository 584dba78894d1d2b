import MPIFutures

/// A call that does nothing.
protocol NullCall: RemoteCallable where Output == Int {
    init(index: Int)
}

/// One that travels as its bytes.
struct Null: NullCall, BitwiseCodable {
    var index: Int
    func callAsFunction() -> Int { index }
}

/// One whose conformance runs.
struct CheckedNull: NullCall {
    var index: Int
    func callAsFunction() -> Int { index }
}

struct NullPair: RemoteCallable, BitwiseCodable {
    var first: Int
    var second: Int
    func callAsFunction() -> Int { second }
}

struct NullTriple: RemoteCallable, BitwiseCodable {
    var first: Int
    var second: Int
    var third: Int
    func callAsFunction() -> Int { third }
}

struct EchoBytes: RemoteCallable {
    var bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func callAsFunction() -> [UInt8] { bytes }
}

struct EchoNumbers: RemoteCallable {
    var numbers: [Double]
    init(_ numbers: [Double]) { self.numbers = numbers }
    func callAsFunction() -> [Double] { numbers }
}

struct CountBytes: RemoteCallable {
    var bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func callAsFunction() -> Int { bytes.count }
}

struct MakeBytes: RemoteCallable {
    var count: Int
    init(_ count: Int) { self.count = count }
    func callAsFunction() -> [UInt8] { [UInt8](repeating: 7, count: count) }
}

struct MakeBytesInHugePages: RemoteCallable {
    var count: Int
    init(_ count: Int) { self.count = count }
    func callAsFunction() -> [UInt8] {
        Array(hugePageCapacity: count) { output in
            for _ in 0..<count { output.append(7) }
        }
    }
}

/// Takes so long, and no core: what balance is measured with on a machine of few cores.
struct Occupy: RemoteCallable {
    var seconds: Double
    func callAsFunction() -> NoResult {
        occupy(seconds)
        return NoResult()
    }
}

/// Computes for so long, by the thread's own clock.
struct Compute: RemoteCallable {
    var seconds: Double
    func callAsFunction() -> NoResult {
        let began = threadTime()
        while threadTime() - began < seconds {}
        return NoResult()
    }
}

struct ProcessorTime: RemoteCallable {
    func callAsFunction() -> Double { processorTime() }
}

/// Adds up the elements of a shared array, or some of them. It takes so long that no worker gets two such calls.
struct SumOfShared: RemoteCallable {
    var numbers: Shared<[Double]>
    var stride: Int
    func callAsFunction() throws -> Double {
        occupy(0.005)
        return try numbers.withSpan { span in
            Swift.stride(from: 0, to: span.count, by: stride).reduce(0) { $0 + span[$1] }
        }
    }
}

/// The process's share of the memory that it uses, after a pause in which other workers are given the same call.
struct ProportionalMemory: RemoteCallable {
    func callAsFunction() -> Int {
        occupy(0.1)
        return proportionalMemory()
    }
}

struct PeakMemory: RemoteCallable {
    func callAsFunction() -> Int { peakMemory() }
}
