internal import Glibc
internal import Linux
internal import Waiting
package import Wire

/// A journal of results: finished calls of earlier runs and of this one.
///
/// A run asks the journal for each call, in the order in which the calls are made. A call that an earlier run has
/// finished is known. All others get a ticket, with which their results are recorded.
package final class Journal: Sendable {
    /// The largest arguments that are recorded, in bytes. Beyond that a record has only their hash.
    private static let largestArguments = 4096

    /// A callable whose calls the journal records.
    package struct Callable: Sendable {
        let number: UInt32
        /// The hash function's state for the callable's calls.
        fileprivate let hash: SipHash
        /// Returns whether a result of an earlier run counts; nil if all do.
        fileprivate let counts: (@Sendable (UnsafeRawBufferPointer) -> Bool)?
    }

    private struct State {
        let occurrences = OccurrenceCounter()
        var numbers: [SipHash.Words: UInt32] = [:]
        var nextNumber: UInt32 = 0
        /// The names of callables about whose older results there was a message.
        var reported: Set<String> = []
        /// The number of calls whose files are missing or damaged.
        var lostFiles = 0
    }

    package let settings: JournalSettings
    /// The number of calls that the journal had when it was opened.
    package var knownCount: Int { content.index.count }

    private let key: SipHash.Words
    private let content: JournalContent
    private let mapped: MappedFile
    /// The files of large results; nil if there are none.
    private let files: ResultFiles?
    private let writer: BatchWriter
    private let state = Locked(State())
    private let report: @Sendable (String) -> Void

    /// Opens a journal, and creates it if it does not exist.
    ///
    /// - Parameters:
    ///   - report: Receives a message for everything that the user should know.
    ///   - reportLoss: Receives the message of an error that ends the recording; nil for `report`.
    /// - Throws: `JournalError`
    package init(
        _ settings: JournalSettings,
        report: @escaping @Sendable (String) -> Void,
        reportLoss: (@Sendable (String) -> Void)? = nil
    ) throws(JournalError) {
        self.settings = settings
        self.report = report
        var file = try JournalFile(settings.path)
        var mapped = try file.map()
        var content = JournalContent()
        var header: JournalHeader?
        do {
            let reader = try JournalReader(mapped.bytes)
            header = JournalHeader(key: reader.key)
            content = JournalContent(reader, mapped.bytes)
        } catch let fault {
            switch fault {
            case .foreign where file.size > 0:
                throw JournalError(
                    .foreign,
                    "\(quoted(settings.path)) is not a journal; name another file, or remove this one"
                )
            case .foreign: break
            case .otherVersion(let version):
                let other = try Self.setAside(settings.path, "version-\(version)")
                report(
                    "the journal \(quoted(settings.path)) has format \(version), and this version reads and writes "
                        + "\(JournalHeader.version); it is now \(quoted(other)), and all calls are made again"
                )
                file = try JournalFile(settings.path)
                mapped = try file.map()
            case .damaged:
                let other = try Self.setAside(settings.path, "damaged")
                report(
                    "the beginning of the journal \(quoted(settings.path)) is damaged; "
                        + "it is now \(quoted(other)), and all calls are made again"
                )
                file = try JournalFile(settings.path)
                mapped = try file.map()
            }
        }
        if header == nil {
            let new = JournalHeader()
            let buffer = FrameBuffer(capacity: JournalHeader.size)
            new.write(to: buffer)
            try file.write(buffer.bytes, at: 0)
            header = new
        }
        for range in content.damage {
            report(
                "\(range.count) bytes of the journal \(quoted(settings.path)) are damaged, from byte "
                    + "\(range.lowerBound) on; calls whose records they were are made again"
            )
        }
        if content.tail > 0 {
            report(
                "the last \(content.tail) bytes of the journal \(quoted(settings.path)) are no complete record and "
                    + "are cut off"
            )
            try file.truncate(to: content.end)
        }
        let key = header?.key ?? SipHash.Words(low: 0, high: 0)
        self.key = key
        self.content = content
        self.mapped = mapped
        files = try ResultFiles(of: settings.path, key: key, creates: settings.filesAbove != nil)
        do throws(SystemError) {
            writer = try BatchWriter(
                thread: "mpif-journal",
                limit: JournalSink.limit,
                JournalSink(
                    file: file,
                    position: content.end,
                    key: key,
                    synchronizes: settings.survivesPowerLoss,
                    files: settings.filesAbove == nil ? nil : files,
                    filesAbove: settings.filesAbove ?? .max,
                    report: reportLoss ?? report
                )
            )
        } catch {
            throw JournalError(.system(error.code), "\(error)")
        }
        state.withLock { state in
            for callable in content.callables { state.numbers[callable.digest] = callable.number }
            state.nextNumber = content.nextNumber
        }
    }

    /// Renames a file that cannot be used, but may be of worth for its user.
    private static func setAside(_ path: String, _ suffix: String) throws(JournalError) -> String {
        var name = "\(path).\(suffix)"
        var number = 1
        while access(name, F_OK) == 0 {
            number += 1
            name = "\(path).\(suffix)-\(number)"
        }
        guard rename(path, name) == 0 else {
            let code = SystemError.Code.last
            throw JournalError(.system(code), "cannot rename the journal \(quoted(path)): \(code)")
        }
        // Its large results, if it has any.
        rename(ResultFiles.directory(of: path), ResultFiles.directory(of: name))
        return name
    }

    /// Checks that a second user of the journal makes the same choices.
    package func check(_ other: JournalSettings) throws(JournalError) {
        var other = other
        other.path = settings.path
        guard other != settings else { return }
        throw JournalError(
            .inUse,
            "the journal \(quoted(settings.path)) is in use by this process with other options; "
                + "use the same options, or another file"
        )
    }

    /// Waits until all results so far are written.
    package func flush() { writer.flush() }

    /// Writes all results so far, and lets go of the file. Nothing may be recorded any more.
    package func close() { writer.close() }
}

// MARK: - Calls

extension Journal {
    /// Returns a callable of this run.
    ///
    /// - Parameters:
    ///   - name: The name that decides.
    ///   - displayName: The name for people.
    ///   - build: The identity of the library that has the callable.
    ///   - context: All other data that a call can use, such as the executor's globals.
    ///   - counts: Returns whether a result of an earlier run counts. Otherwise the call is made again.
    package func callable(
        name: String,
        displayName: String,
        build: [UInt8],
        encoding: UInt8,
        context: SipHash.Words,
        counts: (@Sendable (UnsafeRawBufferPointer) -> Bool)? = nil
    ) -> Callable {
        var hash = SipHash(key: key, isLong: true)
        var name = name
        name.withUTF8 { hash.add(block: UnsafeRawBufferPointer($0)) }
        build.withUnsafeBytes { hash.add(block: $0) }
        hash.add(UInt64(encoding))
        hash.add(context.low)
        hash.add(context.high)
        let digest = hash.hash128(UnsafeRawBufferPointer(start: nil, count: 0))
        var ofCalls = SipHash(key: key, isLong: true)
        ofCalls.add(digest.low)
        ofCalls.add(digest.high)
        let (number, isNew) = state.withLock { state -> (UInt32, Bool) in
            if let number = state.numbers[digest] { return (number, false) }
            let number = state.nextNumber
            state.nextNumber += 1
            state.numbers[digest] = number
            return (number, true)
        }
        if isNew {
            let record = RecordedCallable(
                number: number,
                name: displayName,
                build: build,
                encoding: encoding,
                digest: digest
            )
            writer.append { JournalRecord.append(record, to: $0) }
            reportOthers(like: record)
        }
        return Callable(number: number, hash: ofCalls, counts: counts)
    }

    /// Reports that the journal has results of a callable that do not fit any more.
    private func reportOthers(like callable: RecordedCallable) {
        let others = content.callables.filter {
            $0.name == callable.name && content.callCounts[$0.number] ?? 0 > 0
        }
        guard !others.isEmpty, state.withLock({ $0.reported.insert(callable.name).inserted }) else { return }
        let count = others.reduce(0) { $0 + (content.callCounts[$1.number] ?? 0) }
        let cause =
            others.contains { $0.build == callable.build }
            ? "whose arguments were encoded in another way, or which had other globals, broadcast values or initializers"
            : "of another build of its library"
        report(
            "the journal \(quoted(settings.path)) has \(count) \(count == 1 ? "result" : "results") of "
                + "\(callable.name) \(cause); they do not count, and the calls are made again"
        )
    }

    /// Looks a call up, and counts it. Returns the record of an earlier run; or adds a ticket and returns nil.
    package func claim(
        _ callable: Callable,
        arguments: UnsafeRawBufferPointer,
        arrays: [(code: UInt8, bytes: UnsafeRawBufferPointer)] = [],
        _ tickets: CallTickets
    ) -> RecordedCall? {
        var hash = callable.hash
        for array in arrays {
            hash.add(UInt64(array.code))
            hash.add(block: array.bytes)
        }
        let words = hash.hash128(arguments)
        let key = CallKey(hash: words, occurrence: state.withLock { $0.occurrences.next(words) })
        let mayCompare = arrays.isEmpty && arguments.count <= Self.largestArguments
        let bytes = mapped.bytes
        if let offset = content.index.offset(of: key, hasKey: { JournalRecord.key(in: bytes, at: $0) == key }),
            let recorded = JournalRecord.call(in: bytes, at: offset), isWanted(recorded),
            let call = read(recorded), callable.counts?(call.result) ?? true
        {
            if let known = call.arguments, mayCompare, !known.elementsEqual(arguments) {
                tickets.addNone()
                return nil
            }
            return call
        }
        tickets.add(callable: callable.number, key, arguments: mayCompare ? arguments : nil)
        return nil
    }

    /// Returns a call with its result, from its file if it has one; nil if the file cannot be used. The first time is
    /// reported.
    private func read(_ recorded: RecordedCall) -> RecordedCall? {
        if let call = recorded.read(from: files) { return call }
        let isFirst = state.withLock { state in
            state.lostFiles += 1
            return state.lostFiles == 1
        }
        if isFirst {
            let directory = quoted(ResultFiles.directory(of: settings.path))
            report(
                "the file \(quoted(recorded.file?.name ?? "")) of a result is missing or damaged in \(directory); "
                    + "calls whose files cannot be used are made again"
            )
        }
        return nil
    }

    private func isWanted(_ call: RecordedCall) -> Bool {
        ResultStatus(rawValue: call.status).map { isWanted($0) } ?? false
    }

    /// Returns whether a result of a status is recorded. The failure of a call that was not made or was not the cause is
    /// not.
    private func isWanted(_ status: ResultStatus) -> Bool {
        switch status {
        case .trivialValue, .cborValue: true
        case .thrown, .failedValue, .crashed, .exited, .outOfMemory, .timedOut: settings.recordsFailures
        // Calls that are recorded have no results by plan.
        case .plannedValue, .failure, .workerLost, .cancelled: false
        }
    }

    /// Records the results of consecutive calls.
    ///
    /// - Parameters:
    ///   - first: The index of the first call's ticket.
    ///   - count: The number of calls.
    ///   - result: Returns a call's result; nil if it is not recorded.
    package func record(
        _ tickets: CallTickets,
        first: Int,
        count: Int,
        arrays: [(code: UInt8, bytes: UnsafeRawBufferPointer)] = [],
        result: (Int) -> (status: ResultStatus, bytes: UnsafeRawBufferPointer)?
    ) {
        let arraySize = arrays.reduce(0) { $0 + $1.bytes.count + 9 }
        let limit = min(settings.largestResult ?? .max, JournalRecord.longest - (1 << 16))
        writer.append { buffer in
            for index in 0..<count {
                let ticket = tickets[first + index]
                guard !ticket.isEmpty, let (status, bytes) = result(index), isWanted(status),
                    bytes.count + arraySize <= limit
                else { continue }
                JournalRecord.append(
                    ticket: ticket,
                    status: status.rawValue,
                    result: bytes,
                    arrays: arrays,
                    to: buffer
                )
            }
        }
    }
}
