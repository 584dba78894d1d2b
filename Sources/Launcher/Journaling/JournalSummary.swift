internal import Journals
internal import PluginLoading
internal import Wire

/// What a journal has, as a table for people.
struct JournalSummary {
    let text: String

    init(_ journal: JournalSnapshot) {
        struct Row {
            var calls = 0
            var failures = 0
            var bytes = 0
        }
        var rows: [String: Row] = [:]
        journal.forEach { callable, call in
            let build = callable.map { "\(ImageIdentity(bytes: $0.build))" } ?? "?"
            let key = "\(callable?.name ?? "?")\t\(build)"
            rows[key, default: Row()].calls += 1
            if ResultStatus(rawValue: call.status)?.isSuccess != true { rows[key]?.failures += 1 }
            rows[key]?.bytes += call.byteCount
        }
        var text = "results\tfailures\tbytes\tcallable\tbuild\n"
        for (key, row) in rows.sorted(by: { $0.key < $1.key }) {
            text += "\(row.calls)\t\(row.failures)\t\(row.bytes)\t\(key)\n"
        }
        self.text = text
    }
}
