import Foundation
import Journals
import Support
import Testing

@Suite("The job log")
struct JobLogTests {
    private static let row = JobLogRow(
        sequence: 7,
        host: "node3",
        start: 1_795_679_516.1764,
        seconds: 0.219,
        sent: 3,
        received: 2,
        exitValue: 1,
        signal: 0,
        command: Array("echo 1; exit 1".utf8)
    )

    private func content(_ name: String, _ directory: TemporaryDirectory) throws -> String {
        try String(contentsOfFile: "\(directory.path)/\(name)", encoding: .utf8)
    }

    @Test("The job log has the columns of GNU parallel's")
    func format() {
        #expect(
            JobLogRow.header == "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
        )
        #expect(
            String(decoding: Self.row.line, as: UTF8.self)
                == "7\tnode3\t1795679516.176\t     0.219\t3\t2\t1\t0\techo 1; exit 1\n"
        )
        var long = Self.row
        long.seconds = 12_345_678.9996
        long.host = ""
        #expect(String(decoding: long.line, as: UTF8.self).contains("\t-\t1795679516.176\t12345679.000\t"))
    }

    @Test("The job log's rows are read as they were written, with tabs and newlines in commands")
    func roundTrip() throws {
        for command in ["a\tb\t", "", "two\nlines", "ü"] {
            var row = Self.row
            row.command = Array(command.utf8)
            row.start = 12.5
            var read = try #require(JobLogRow(parsing: row.line.dropLast()))
            #expect(read.command == JobLogRow.field(row.command))
            read.command = row.command
            #expect(read == row)
        }
    }

    @Test("The job log of GNU parallel is read: results, signals, limits, unknown commands")
    func parallel() {
        // Written by GNU parallel 20221122.
        let text = """
            Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand
            1\t:\t1795679516.176\t     0.000\t0\t2\t0\t0\techo 0; exit 0
            3\t:\t1795679516.528\t     0.148\t0\t2\t3\t0\techo 3; exit 3
            2\t:\t1795679520.311\t     0.000\t0\t0\t0\t9\tkill -9 $$ 0
            4\t:\t1795679523.253\t     1.832\t0\t0\t-1\t15\tsleep 9

            """
        let content = JobLogContent(Array(text.utf8))
        #expect(content.strangeLine == nil)
        #expect(content.soundLength == text.utf8.count)
        #expect(content.entries.mapValues(\.hasFailed) == [1: false, 2: true, 3: true, 4: true])
        func verdict(_ number: Int, _ command: String, _ repeats: Bool) -> JobLogContent.Verdict {
            content.verdict(on: number, Array(command.utf8), repeatsFailures: repeats)
        }
        #expect(verdict(1, "echo 0; exit 0", true) == .skip)
        #expect(verdict(3, "echo 3; exit 3", false) == .skip)
        #expect(verdict(3, "echo 3; exit 3", true) == .make)
        #expect(verdict(3, "echo 4; exit 3", false) == .differs)
        #expect(verdict(5, "echo", false) == .make)
    }

    @Test("The job log's last row of a call counts")
    func lastRow() {
        var second = Self.row
        second.exitValue = 0
        let content = JobLogContent(Array(JobLogRow.header.utf8) + Self.row.line + second.line)
        #expect(content.entries[7]?.hasFailed == false)
    }

    @Test("The job log is cut off behind its last complete line, wherever its run was killed")
    func tornTail() throws {
        let whole = Array(JobLogRow.header.utf8) + Self.row.line + Self.row.line
        let ends = [JobLogRow.header.utf8.count, JobLogRow.header.utf8.count + Self.row.line.count, whole.count]
        for length in 0...whole.count {
            let content = JobLogContent(Array(whole[..<length]))
            #expect(content.strangeLine == nil, "\(length)")
            #expect(content.soundLength == ends.last { $0 <= length } ?? 0, "\(length)")
        }
        let directory = try TemporaryDirectory()
        let path = try directory.write(String(decoding: whole.dropLast(3), as: UTF8.self), to: "log")
        let log = try JobLogFile(path, keepsRows: true)
        try log.write(Self.row.line)
        #expect(try content("log", directory) == String(decoding: whole, as: UTF8.self))
    }

    @Test("The job log is begun anew unless a run goes on with it")
    func beginning() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("anything\n", to: "log")
        let log = try JobLogFile(path, keepsRows: false)
        withExtendedLifetime(log) {}
        #expect(try content("log", directory) == JobLogRow.header)
    }

    @Test("The job log is refused if it is none, or if another run writes it, and stays as it is")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let strange = try directory.write(JobLogRow.header + "some notes\n", to: "notes")
        #expect { try JobLogFile(strange, keepsRows: true) } throws: { error in
            "\(error)" == "line 2 of '\(strange)' is not that of a job log; name the file of --joblog"
        }
        #expect(try content("notes", directory) == JobLogRow.header + "some notes\n")
        let path = "\(directory.path)/log"
        let first = try JobLogFile(path, keepsRows: true)
        #expect { try JobLogFile(path, keepsRows: true) } throws: { error in
            "\(error)" == "another run writes '\(path)'; wait for its end, or name another file"
        }
        withExtendedLifetime(first) {}
    }
}
