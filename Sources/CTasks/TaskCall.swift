internal import CBOR
internal import CMPIFutures
internal import Wire

/// One running call of a C task: its arguments, its result so far, and its failure.
final class TaskCall {
    /// Keeps the copies of arguments.
    let source = ValueSource()
    /// The arguments: an array, or a map from labels (text) and positions (integers).
    let arguments: Item
    private let result: FrameBuffer
    private let resultStart: Int
    private(set) var hasResult = false
    /// The reason why the call fails. The task's own text replaces that of this library.
    private(set) var failure: String?

    init(_ arguments: Item, _ result: FrameBuffer) {
        self.arguments = arguments
        self.result = result
        resultStart = result.count
        source.call = self
    }

    /// Returns the name of an argument, or of a value in one.
    func name(_ path: [Item.Step]) -> String {
        guard let first = path.first else { return "the call" }
        let argument =
            switch first {
            case .index(let position): "argument \(position)"
            case .key(let label): "argument '\(label)'"
            }
        return argument + Array(path.dropFirst()).written
    }

    /// Takes note of the first reason why the call fails. A reason that the task gives takes precedence.
    func note(_ message: String) {
        if failure == nil { failure = message }
    }

    func fail(_ message: String) { failure = message }

    // MARK: Arguments

    /// Returns the argument at a position or with a label, or nil if there is none.
    func argument(_ position: Int) -> Item? {
        if arguments.kind == .array { return try? arguments.element(position) }
        return try? arguments.find { (try? $0.integer()) == Int64(position) }
    }

    func argument(_ label: UnsafeBufferPointer<UInt8>) -> Item? {
        try? arguments.find { $0.isText(label) }
    }

    /// Fails the call because an argument is missing, and names the arguments that there are.
    func missing(_ argument: String) -> CInt {
        let message = "argument \(argument) is missing: the call \(summary)"
        note(message)
        return CStatus(Status.missing, message).setError()
    }

    private var summary: String {
        guard var elements = try? arguments.elements() else { return "has no arguments" }
        guard elements.isMap else {
            let count = (try? arguments.count()) ?? 0
            return count == 0 ? "has no arguments" : "has \(count) by position"
        }
        var names: [String] = []
        while let (key, _) = elements.next(), names.count <= 8 {
            guard let key else { continue }
            names.append((try? key.text()).map { "'\($0)'" } ?? (try? key.integer()).map { "\($0)" } ?? "?")
        }
        if names.isEmpty { return "has no arguments" }
        if names.count > 8 { names[8] = "…" }
        return "has \(names.joined(separator: ", "))"
    }

    // MARK: The result

    /// Returns the reason why a result cannot have `byteCount` bytes, or nil if there is memory for it. Drops a result
    /// that was set before.
    func problem(withResultOf byteCount: Int) -> String? {
        result.truncate(to: resultStart)
        hasResult = false
        let (needed, overflows) = byteCount.addingReportingOverflow(ItemHead.longest)
        guard byteCount < 0 || overflows || !result.reserve(needed) else { return nil }
        return "there is no memory for a result of \(UInt(bitPattern: byteCount)) bytes"
    }

    /// Begins a result in place of an earlier one.
    private func beginResult() {
        result.truncate(to: resultStart)
        hasResult = true
    }

    /// Sets a result that consists of a head.
    func setResult(_ write: (UnsafeMutableRawPointer) -> Int) {
        setResult([], head: write)
    }

    /// Sets a result that consists of a head and content.
    func setResult(_ content: some Collection<UInt8>, head write: (UnsafeMutableRawPointer) -> Int) {
        beginResult()
        let head = result.extend(by: ItemHead.longest)
        result.truncate(to: resultStart + write(head))
        let isContiguous: Void? = content.withContiguousStorageIfAvailable { result.append(UnsafeRawBufferPointer($0)) }
        if isContiguous == nil { Array(content).withUnsafeBytes { result.append($0) } }
    }

    func setResult(_ item: UnsafeRawBufferPointer) {
        beginResult()
        result.append(item)
    }

    /// Sets a result of `count` numbers. Returns their address, aligned for them.
    func setResult(_ format: NumberFormat, count: Int) -> UnsafeMutableRawPointer {
        beginResult()
        // The buffer is enlarged first, so that it does not move after the head has been aligned.
        let size = count * format.width
        let start = result.extend(by: ItemHead.longest + size)
        let head = ItemHead.numbers(
            format,
            count: count,
            to: start,
            at: Int(bitPattern: start) & (format.width - 1)
        )
        result.truncate(to: resultStart + head + size)
        return start + head
    }
}
