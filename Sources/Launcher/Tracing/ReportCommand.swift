internal import Glibc
internal import Linux
internal import Processes
internal import Reports

/// `mpifutures report`: makes a page, tables or JSON of a trace.
struct ReportCommand: Equatable {
    /// The first word of the command line. A plugin of that name is written as a path, `./report`.
    static let word = "report"

    let trace: String
    /// The files to write; nil for those that are not wanted.
    var page: String?
    var json: String?
    /// The directory of the tables.
    var tables: String?

    /// - Parameter arguments: The words behind `report`.
    init(parsing arguments: ArraySlice<String>) throws(UsageError) {
        var traces: [String] = []
        var words = arguments
        var (page, json, tables): (String?, String?, String?)
        while let word = words.popFirst() {
            switch word {
            case "-o", "--json", "--csv":
                guard let value = words.popFirst(), !value.isEmpty else {
                    throw UsageError("\(word) needs the name of a \(word == "--csv" ? "directory" : "file")")
                }
                switch word {
                case "-o": page = value
                case "--json": json = value
                default: tables = value
                }
            case _ where word.hasPrefix("-"): throw UsageError("unknown option '\(word)' of 'report'")
            default: traces.append(word)
            }
        }
        guard let trace = traces.first, traces.count == 1, !trace.isEmpty else {
            throw UsageError("'report' needs the name of one trace")
        }
        self.init(trace: trace)
        (self.page, self.json, self.tables) = (page, json, tables)
        if page == nil, json == nil, tables == nil { self.page = "\(trace).html" }
    }

    init(trace: String) { self.trace = trace }

    /// Runs the command. Returns the exit status.
    func run() -> CInt {
        do {
            try write()
            return 0
        } catch {
            Log.error("\(error)")
            return 2
        }
    }

    /// Writes the files that are wanted.
    func write() throws {
        let figures = try RunFigures(trace: trace)
        if let page { try Self.write(RunReport.page(figures), to: page) }
        if let json { try Self.write(figures.json, to: json) }
        guard let tables else { return }
        guard mkdir(tables, 0o777) == 0 || errno == EEXIST else {
            throw SystemError("cannot make the directory '\(tables)'")
        }
        for table in figures.tables { try Self.write(table.text, to: "\(tables)/\(table.name)") }
    }

    private static func write(_ text: String, to path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError("cannot write '\(path)'") }
        var text = text
        let isWritten = text.withUTF8 { FileDescriptor.writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
        let cause = SystemError.Code.last
        // Half a page would open, and seem to be whole.
        if !isWritten { _ = ftruncate(descriptor, 0) }
        guard close(descriptor) == 0, isWritten else { throw SystemError("cannot write '\(path)'", code: cause) }
    }
}
