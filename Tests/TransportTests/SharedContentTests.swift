import Identities
import Testing
import Wire

@testable import Transport

@Suite("The content of a shared value")
struct SharedContentTests {
    private func frame(_ count: Int, opensFiles: Bool) throws -> (content: SharedContent, frame: ShareFrame)? {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let content = bytes.withUnsafeBytes { SharedContent(3, .flat, $0) }
        let frame = try MasterFrame(parsing: try content.frame(opensFiles: opensFiles))
        guard case .share(let share) = frame, share.value == 3, share.encoding == .flat else { return nil }
        return (content, share)
    }

    @Test("A small content is in the frame for every worker", arguments: [0, 1, 65_535], [true, false])
    func small(count: Int, opensFiles: Bool) throws {
        let (content, frame) = try #require(try frame(count, opensFiles: opensFiles))
        #expect(frame.bytes?.count == count)
        #expect(!content.isFile)
    }

    @Test("A large content is in a file for workers that can open it, and in the frame for others")
    func large() throws {
        let (content, frame) = try #require(try frame(100_000, opensFiles: true))
        guard case .file(let reference) = frame.content else {
            Issue.record("the content is in the frame")
            return
        }
        let mapped = try MappedFile(reference)
        #expect(content.isFile && mapped.bytes.count == 100_000)
        guard case .share(let other) = try MasterFrame(parsing: try content.frame(opensFiles: false)) else { return }
        #expect(other.bytes?.elementsEqual(mapped.bytes) == true)
    }

    @Test("A file is refused if the path leads to another one, or if its owner has let it go")
    func wrongFile() throws {
        var kept = try frame(100_000, opensFiles: true)
        guard case .file(let reference)? = kept?.frame.content else { return }
        for wrong in [
            FileReference(
                path: reference.path,
                byteCount: reference.byteCount,
                device: reference.device,
                inode: reference.inode &+ 1
            ),
            FileReference(
                path: reference.path,
                byteCount: reference.byteCount + 1,
                device: reference.device,
                inode: reference.inode
            ),
            FileReference(
                path: "/proc/self/exe",
                byteCount: reference.byteCount,
                device: reference.device,
                inode: reference.inode
            ),
        ] {
            #expect(throws: (any Error).self) { try MappedFile(wrong) }
        }
        let mapped = try MappedFile(reference)
        kept = nil
        #expect(throws: (any Error).self) { try MappedFile(reference) }
        #expect(mapped.bytes[1] == 7, "a mapping outlives the file's owner")
    }
}
