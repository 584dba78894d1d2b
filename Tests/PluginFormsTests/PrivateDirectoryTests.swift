import Foundation
import PluginForms
import Testing

@Suite("A private directory")
struct PrivateDirectoryTests {
    @Test("goes with all that is in it, whatever it is called")
    func removal() throws {
        let directory = try PrivateDirectory()
        let nested = "\(directory.path)/deep/deeper"
        try FileManager.default.createDirectory(atPath: nested, withIntermediateDirectories: true)
        // A file and a directory whose names are Latin-1.
        for name in ["\(directory.path)/na", "\(nested)/na"] {
            let path = Array(name.utf8CString.dropLast()) + [CChar(bitPattern: 0xEF), 0]
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
            #expect(descriptor >= 0)
            close(descriptor)
            #expect(mkdir(path.dropLast() + [CChar(bitPattern: 0xE9), 0], 0o700) == 0)
        }
        #expect(symlink("/etc", "\(nested)/link") == 0)
        directory.remove()
        #expect(access(directory.path, F_OK) != 0)
        #expect(access("/etc", F_OK) == 0)
    }
}
