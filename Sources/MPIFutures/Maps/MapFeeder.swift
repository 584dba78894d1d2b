internal import Pool
internal import Waiting
internal import Wire

/// Queues the elements of a map: encodes them, gathers their records, and passes them on in pieces.
///
/// The first piece is passed on at once and the others soon, so that workers begin while a long or slow sequence is
/// still being gone through.
struct MapFeeder<Call: RemoteTask> {
    private static var pieceTime: UInt64 { 200_000 }
    private static var pieceCount: Int { 4096 }
    private static var pieceSize: Int { 1 << 16 }

    private let engine: ExecutorEngine
    private let map: MapCore
    private let chunkSize: Int?

    private var records = FrameBuffer(capacity: 256)
    /// The elements in `records`.
    private var count = 0
    private var first = 0
    private var began = Instant.now

    init(_ engine: ExecutorEngine, _ map: MapCore, chunkSize: Int?) {
        self.engine = engine
        self.map = map
        self.chunkSize = chunkSize
    }

    /// Adds an element. One that cannot be encoded fails by itself.
    mutating func add(_ call: Call) throws {
        let failure = engine.encode(call) { [records] number, bytes throws(PoolFailure) in
            records.append(callable: number, arguments: bytes)
        }
        if let failure {
            try flush()
            let index = map.extend(by: 1)
            map.fail(index..<index + 1, with: failure)
            return
        }
        count += 1
        if isPieceFull { try flush() }
    }

    private var isPieceFull: Bool {
        if let chunkSize, count % chunkSize != 0 { return false }
        return count >= Self.pieceCount || records.count >= Self.pieceSize
            || Instant.now.nanoseconds(since: began) > Self.pieceTime
    }

    /// Passes on what has been gathered.
    mutating func flush() throws {
        guard count > 0 else { return }
        let first = map.extend(by: count)
        do throws(PoolFailure) {
            try engine.queue.append(records: records, count: count, of: map, first: first, chunkSize: chunkSize)
        } catch {
            throw Outcome.publicError(error)
        }
        records = FrameBuffer(capacity: 1024)
        count = 0
        began = Instant.now
    }
}
