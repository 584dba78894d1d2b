internal import CBOR
internal import Glibc
package import Linux
package import Wire

/// A file with a failed call, and with all that a worker needs to make the call again.
///
/// The file begins with lines of text, which end with an empty one: the format, and then `name: value`. The frames
/// follow, each as its size (u64), the number of its out-of-band arrays (u64), the size (u64) and the code (u64) of each
/// array, the frame's bytes, and the bytes of the arrays. Numbers are little-endian.
package struct FailedCallFile {
    /// The callable's name for people.
    package let callable: String
    /// How the call ended, in words.
    package let end: String
    /// The identity of the program or plugin that made the call.
    package let build: String
    package let frames: [FrameBuffer]

    private static let magic = "mpifutures-call "
    private static let version = 1
    /// The longest head, in bytes.
    private static let longestHead = 1 << 16

    package init(callable: String, end: String, build: String, frames: [FrameBuffer]) {
        self.callable = callable
        self.end = end
        self.build = build
        self.frames = frames
    }

    /// The error of a file that has no call that can be made.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    // MARK: Writing

    /// Writes the file under another name first, so that it is complete once it has its own.
    package func write(to path: String) throws(SystemError) {
        let unfinished = "\(path).part"
        let file = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError("cannot make '\(unfinished)'") }
        defer { close(file) }
        var isWritten = true
        func add(_ bytes: UnsafeRawBufferPointer) { isWritten = isWritten && FileDescriptor.writeAll(bytes, to: file) }
        head.withUnsafeBytes { add($0) }
        for frame in frames {
            let numbers = FrameBuffer(capacity: 64)
            numbers.append(UInt64(frame.count))
            numbers.append(UInt64(frame.outOfBand.count))
            for array in frame.outOfBand {
                numbers.append(UInt64(array.bytes.count))
                numbers.append(UInt64(array.code))
            }
            add(numbers.bytes)
            add(frame.bytes)
            for array in frame.outOfBand { add(UnsafeRawBufferPointer(array.bytes)) }
        }
        guard isWritten, rename(unfinished, path) == 0 else {
            let error = SystemError("cannot write '\(path)'")
            unlink(unfinished)
            throw error
        }
    }

    private var head: [UInt8] {
        func line(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
        return Array(
            """
            \(Self.magic)\(Self.version)
            callable: \(line(callable))
            end: \(line(end))
            build: \(line(build))


            """.utf8
        )
    }

    // MARK: Reading

    package init(readingFrom path: String) throws {
        let content = try Self.content(of: path)
        func problem(_ text: String) -> Problem { Problem(description: "'\(path)' \(text)") }
        guard content.starts(with: Self.magic.utf8) else { throw problem("is no call that mpifutures has saved") }
        let limited = content.prefix(Self.longestHead)
        guard let end = limited.firstRange(of: Array("\n\n".utf8)) else { throw problem("ends too early") }
        let lines = String(decoding: content[..<end.lowerBound], as: UTF8.self).split(separator: "\n")
        let version = lines[0].dropFirst(Self.magic.count)
        guard version == "\(Self.version)" else {
            throw problem("has format \(version), and this version of mpifutures reads \(Self.version)")
        }
        var fields: [Substring: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstRange(of: ": ") else { continue }
            fields[line[..<colon.lowerBound]] = String(line[colon.upperBound...])
        }
        do {
            frames = try Self.frames(content[end.upperBound...])
        } catch {
            throw problem("is damaged: \(error)")
        }
        guard !frames.isEmpty else { throw problem("ends too early") }
        callable = fields["callable"] ?? ""
        self.end = fields["end"] ?? ""
        build = fields["build"] ?? ""
    }

    private static func content(of path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("cannot read '\(path)'") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Problem(description: "'\(path)' is not a file")
        }
        var content = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < content.count {
            let count = content.withUnsafeMutableBytes { bytes in
                let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
                return read(file, rest.baseAddress, rest.count)
            }
            guard count > 0 else { throw SystemError("cannot read '\(path)'") }
            filled += count
        }
        return content
    }

    private static func frames(_ content: ArraySlice<UInt8>) throws(WireError) -> [FrameBuffer] {
        let all = FrameBuffer(capacity: content.count)
        content.withUnsafeBytes { all.append($0) }
        var reader = FrameReader(all.bytes)
        var frames: [FrameBuffer] = []
        while !reader.isAtEnd {
            let size = try count(&reader)
            let arrayCount = try count(&reader)
            var arrays: [ArrayAnnouncement] = []
            for _ in 0..<arrayCount {
                let byteCount = try reader.number(UInt64.self)
                arrays.append(
                    ArrayAnnouncement(
                        code: UInt8(truncatingIfNeeded: try reader.number(UInt64.self)),
                        byteCount: byteCount
                    )
                )
            }
            let frame = FrameBuffer(capacity: size)
            frame.append(try reader.take(size))
            for announced in arrays {
                guard let byteCount = Int(exactly: announced.byteCount) else {
                    throw WireError("an impossible array", offset: reader.offset)
                }
                let bytes = try reader.take(byteCount)
                let array = try announced.makeArray(byteCount: byteCount)
                array.bytes.copyMemory(from: bytes)
                frame.outOfBand.append(array)
            }
            _ = try MasterFrame(parsing: frame)
            frames.append(frame)
        }
        return frames
    }

    /// Reads a number that cannot be greater than the rest of the file.
    private static func count(_ reader: inout FrameReader) throws(WireError) -> Int {
        let number = try reader.number(UInt64.self)
        guard number <= UInt64(reader.remaining) else {
            throw WireError("the file ends too early", offset: reader.offset)
        }
        return Int(number)
    }
}
