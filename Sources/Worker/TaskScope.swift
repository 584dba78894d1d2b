package import Identities
internal import Glibc
internal import Transport
internal import Waiting
package import Wire

/// What tasks of one executor find on their worker: the executor's globals, the values that the master shares, and the
/// worker's numbers.
package final class TaskScope: Sendable {
    /// The executor's named values.
    package let globals: [String: KeptValue]
    /// The numbers of the worker.
    package let place: WorkerPlace
    /// The way of lines to the master while a task runs.
    package let output: TaskOutput
    private let shared: SharedValues

    package init(
        globals: [String: KeptValue],
        shared: SharedValues,
        place: WorkerPlace,
        output: TaskOutput = TaskOutput()
    ) {
        self.output = output
        self.globals = globals
        self.shared = shared
        self.place = place
    }

    package func sharedValue(_ id: SharedValueID) -> KeptValue? { shared[id] }

    // MARK: The current one

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    @TaskLocal private static var inherited: TaskScope?

    /// The scope of the task that the calling thread or Swift task runs; nil outside of tasks.
    package static var current: TaskScope? {
        if let pointer = pthread_getspecific(key) {
            return Unmanaged<TaskScope>.fromOpaque(pointer).takeUnretainedValue()
        }
        return inherited
    }

    /// Makes this the scope of the calling thread while `body` runs.
    package func during<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let outer = pthread_getspecific(Self.key)
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        defer { pthread_setspecific(Self.key, outer) }
        return try body()
    }

    /// Makes `scope` the scope of the calling Swift task while `body` runs.
    package static func during<Result>(
        _ scope: TaskScope?,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await $inherited.withValue(scope) { try await body() }
    }
}

/// A value that arrives once and is used by many tasks. The first of them decodes it.
package final class KeptValue: Sendable {
    private enum Content: Sendable {
        case bytes([UInt8])
        case frame(FrameBuffer, Range<Int>)
        case file(MappedFile)
        /// The content is not here, for this reason.
        case missing(any Error)
    }

    package let encoding: SharedEncoding
    private let content: Content
    private let decoded = Locked<(any Sendable)?>(nil)

    /// Keeps one CBOR data item.
    package init(_ bytes: [UInt8]) {
        content = .bytes(bytes)
        encoding = .cbor
    }

    package init(_ frame: ShareFrame) {
        encoding = frame.encoding
        switch frame.content {
        case .inside(let start): content = .frame(frame.buffer, start..<frame.buffer.count)
        case .file(let reference):
            do {
                content = .file(try MappedFile(reference))
            } catch {
                content = .missing(error)
            }
        }
    }

    /// Returns the value. The function calls `decode` unless a value of this type has been decoded before.
    package func get<Value: Sendable>(_ decode: (UnsafeRawBufferPointer) throws -> Value) throws -> Value {
        try decoded.withLock { decoded in
            if let value = decoded as? Value { return value }
            let value = try withBytes(decode)
            decoded = value
            return value
        }
    }

    /// Calls `body` with the bytes, which stay where they are while this object exists.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        switch content {
        case .bytes(let bytes): try bytes.withUnsafeBytes(body)
        case .frame(let buffer, let range): try body(UnsafeRawBufferPointer(rebasing: buffer.bytes[range]))
        case .file(let file): try body(file.bytes)
        case .missing(let reason): throw reason
        }
    }
}

/// The values that the master shares at the moment, by number.
package final class SharedValues: Sendable {
    private let values = Locked<[SharedValueID: KeptValue]>([:])

    package init() {}

    package subscript(id: SharedValueID) -> KeptValue? { values.withLock { $0[id] } }

    func add(_ frame: ShareFrame) { values.withLock { $0[frame.value] = KeptValue(frame) } }
    func remove(_ id: SharedValueID) { values.withLock { $0[id] = nil } }
}
