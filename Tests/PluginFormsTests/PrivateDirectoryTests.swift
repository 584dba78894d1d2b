import Foundation
import Support
import Testing

@testable import PluginForms

@Suite("A private directory")
struct PrivateDirectoryTests {
    @Test("A private directory is removed with all that is in it, whatever it is called")
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

    @Test("A private directory is removed with directories deeper than paths reach, and with protected ones")
    func depth() throws {
        let directory = try PrivateDirectory()
        var descriptors: [Int32] = [open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)]
        defer { for descriptor in descriptors { close(descriptor) } }
        // More than the number of descriptors that this process may have, at a place that no path names.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        for level in 0..<min(Int(limit.rlim_cur) + 10, 30_000) {
            let parent = descriptors[descriptors.count - 1]
            try #require(mkdirat(parent, "directory", 0o700) == 0)
            if level % 1000 == 0 {
                close(openat(parent, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0o400))
                try #require(symlinkat("/etc", parent, "link") == 0)
                try #require(mkdirat(parent, "removed-\(level / 1000 + 1)", 0o700) == 0)
            }
            descriptors.append(openat(parent, "directory", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
            if level % 7 == 0 { fchmod(parent, 0o500) }
            close(descriptors.removeFirst())
        }
        directory.remove()
        #expect(access(directory.path, F_OK) != 0)
        #expect(access("/etc", F_OK) == 0)
    }

    @Test("A private directory that a killed process has left is removed an hour later")
    func sweep() throws {
        let parent = try TemporaryDirectory()
        let used = try PrivateDirectory(in: parent.path)
        let names = ["mpifutures-old", "mpifutures-young", "mpifutures-unborn", "other"].map { "\(parent.path)/\($0)" }
        for name in names {
            try FileManager.default.createDirectory(atPath: "\(name)/files/more", withIntermediateDirectories: true)
            if !name.hasSuffix("unborn") { #expect(mkfifo("\(name)/in-use", 0o600) == 0) }
        }
        let old = Date(timeIntervalSinceNow: -4000)
        for name in names + ["\(used.path)/.."] where !name.hasSuffix("young") {
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: name)
        }
        PrivateDirectory.sweep(parent.path)
        #expect(names.map { access($0, F_OK) } == [-1, 0, -1, 0])
        #expect(access(used.path, F_OK) == 0)
        used.remove()
    }
}
