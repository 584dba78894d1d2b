internal import Glibc
internal import Linux
internal import Wire

/// The content of a journal at one moment, for tools.
package struct JournalSnapshot {
    private let mapped: MappedFile
    private let key: SipHash.Words
    private let content: JournalContent
    private let callables: [UInt32: RecordedCallable]
    private let files: ResultFiles?

    /// Reads a journal, which another process may be writing.
    package init(_ path: String) throws(JournalError) {
        try self.init(JournalFile(path, isReadOnly: true))
    }

    private init(_ file: JournalFile) throws(JournalError) {
        mapped = try file.map()
        do {
            let reader = try JournalReader(mapped.bytes)
            key = reader.key
            content = JournalContent(reader, mapped.bytes)
        } catch {
            switch error {
            case .foreign: throw JournalError(.foreign, "\(quoted(file.path)) is not a journal")
            case .damaged: throw JournalError(.damaged, "the beginning of the journal \(quoted(file.path)) is damaged")
            case .otherVersion(let version):
                throw JournalError(
                    .foreign,
                    "the journal \(quoted(file.path)) has format \(version), and this version reads "
                        + "\(JournalHeader.version); use the version that wrote it"
                )
            }
        }
        files = try ResultFiles(of: file.path, key: key, creates: false)
        callables = Dictionary(content.callables.map { ($0.number, $0) }) { $1 }
    }

    /// Returns a call with its result, which may be in a file; nil if the file is missing or damaged.
    package func read(_ call: RecordedCall) -> RecordedCall? { call.read(from: files) }

    /// Calls `body` with every call, in the order of the records, and with its callable. Results that are in files are
    /// not read.
    package func forEach(_ body: (RecordedCallable?, RecordedCall) -> Void) {
        for offset in offsets {
            guard let call = JournalRecord.call(in: mapped.bytes, at: offset) else { continue }
            body(callables[call.callable], call)
        }
    }

    private var offsets: [Int] {
        var offsets: [Int] = []
        offsets.reserveCapacity(content.index.count)
        content.index.forEach { offsets.append($0) }
        return offsets.sorted()
    }

    /// What `compact` has done.
    package struct Compaction {
        /// The sizes of the journal before and after.
        package let before: Int
        package let after: Int
        /// The number of files beside the journal that were removed, since no record names them.
        package let removedFiles: Int
    }

    /// Writes a journal anew, without damaged bytes and without records that others have replaced or whose files are
    /// missing. Then removes the files beside it that no record names.
    ///
    /// The old file stays until the new one is complete.
    package static func compact(_ path: String) throws(JournalError) -> Compaction {
        guard access(path, F_OK) == 0 else {
            let code = SystemError.Code.last
            throw JournalError(.system(code), "cannot open the journal \(quoted(path)): \(code)")
        }
        // The lock keeps runs away meanwhile.
        let old = try JournalFile(path)
        let snapshot = try JournalSnapshot(old)
        let new = try JournalFile("\(path).compact")
        try new.truncate(to: 0)
        let buffer = FrameBuffer(capacity: 1 << 20)
        JournalHeader(key: snapshot.key).write(to: buffer)
        var sealed = buffer.count
        for callable in snapshot.callables.values.sorted(by: { $0.number < $1.number }) {
            JournalRecord.append(callable, to: buffer)
        }
        var end = 0
        func flush() throws(JournalError) {
            JournalRecord.seal(buffer, from: sealed, key: snapshot.key)
            try new.write(buffer.bytes, at: end)
            end += buffer.count
            buffer.truncate(to: 0)
            sealed = 0
        }
        var names: Set<String> = []
        for offset in snapshot.offsets {
            guard let call = JournalRecord.call(in: snapshot.mapped.bytes, at: offset) else { continue }
            if let file = call.file {
                guard let files = snapshot.files, files.has(file) else { continue }
                names.insert(file.name)
            }
            JournalRecord.append(call, to: buffer)
            if buffer.count >= 1 << 20 { try flush() }
        }
        try flush()
        try new.synchronize()
        guard rename(new.path, path) == 0 else {
            let code = SystemError.Code.last
            throw JournalError(.system(code), "cannot rename \(quoted(new.path)): \(code)")
        }
        // Both locks keep runs away: such a run would write files that are not named yet.
        let removed = withExtendedLifetime((old, new)) { snapshot.files?.removeAll(but: names) ?? 0 }
        return Compaction(before: old.size, after: end, removedFiles: removed)
    }
}
