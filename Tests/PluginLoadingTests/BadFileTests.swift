import Foundation
import PluginLoading
import Support
import Testing

/// What a user is told about a file that is no plugin: one line, with the reason and the way out.
@Suite("The check of a file", .ownThread)
struct BadFileTests {
    @Test("The check of a file names a missing file")
    func aMissingFileIsNamed() {
        expectError(Fixtures.path("none.so"), .missing, "no such file")
    }

    @Test("The check of a file reports an empty name as missing")
    func anEmptyNameIsMissing() {
        expectError("", .missing, "the name is empty")
    }

    @Test("The check of a file reports a path through a file as missing")
    func aPathThroughAFileIsMissing() throws {
        let file = try Fixtures.file("plain.txt", "text".utf8)
        expectError("\(file)/x.so", .missing, "no such file: a part of the path is not a directory")
    }

    @Test("The check of a file names the target of a dangling link")
    func aDanglingLinkNamesItsTarget() throws {
        let link = Fixtures.path("dangling.so")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "gone.so")
        expectError(link, .missing, "it is a symbolic link to 'gone.so', which does not exist")
    }

    @Test("The check of a file tells a directory from a library")
    func aDirectoryIsToldFromALibrary() {
        expectError(Fixtures.directory, .directory, "it is a directory, not a shared library")
    }

    @Test("The check of a file refuses a device")
    func aDeviceIsNotALibrary() {
        expectError("/dev/null", .notALibrary, "it is not a regular file, so not a shared library")
    }

    @Test("The check of a file does not block on a FIFO without a writer")
    func aFIFOWithoutAWriterDoesNotBlock() {
        let path = Fixtures.path("fifo.so")
        #expect(mkfifo(path, 0o600) == 0)
        expectError(path, .notALibrary, "it is not a regular file, so not a shared library")
    }

    @Test("The check of a file reports a file without permission as unreadable")
    func aFileWithoutPermissionIsUnreadable() throws {
        let path = try Fixtures.file("secret.so", "secret".utf8)
        #expect(chmod(path, 0) == 0)
        // Root reads everything: this thread becomes nobody for the moment of the check.
        _ = setThreadUser(65534)
        defer { _ = setThreadUser(0) }
        expectError(path, .unreadable, "permission denied; the file and its directories must be readable")
    }

    @Test("The check of a file reports a read that fails, and keeps the system's reason as its cause")
    func aReadThatFailsIsReported() {
        // Address 0 of this process: a regular file that opens and whose first page cannot be read.
        let error = #expect(throws: PluginError.self) { try Plugin.load(path: "/proc/self/mem") }
        #expect(error?.code == .unreadable)
        #expect(error?.cause.map { "\($0)" } == "Input/output error")
        #expect(error?.message == "cannot load '/proc/self/mem': reading it failed: Input/output error")
    }

    @Test("The check of a file calls an empty file empty")
    func anEmptyFileIsCalledEmpty() throws {
        expectError(try Fixtures.file("empty.so", []), .notALibrary, "the file is empty, not a shared library")
    }

    @Test(
        "The check of a file calls a text file text",
        arguments: ["print(1)\n", "Größe", String(repeating: "ü", count: 511)]
    )
    func aTextFileIsCalledText(text: String) throws {
        expectError(
            try Fixtures.file("text-\(text.utf8.count).swift", text.utf8),
            .notALibrary,
            "it is a text file, not a shared library; compile it with `swiftc -parse-as-library -emit-library`"
        )
    }

    @Test("The check of a file knows the options for sources in other languages", arguments: ["c", "cpp", "f90"])
    func aSourceOfAnotherLanguage(suffix: String) throws {
        expectError(
            try Fixtures.file("source.\(suffix)", "int x;\n".utf8),
            .notALibrary,
            "it is a text file, not a shared library; compile it with the options `-shared -fPIC`"
        )
    }

    @Test("The check of a file reports other content as a file without a header")
    func otherContentHasNoHeader() throws {
        let path = try Fixtures.file("noise.so", [0, 1, 2, 255, 254])
        expectError(path, .notALibrary, "it is not a shared library: it has no ELF header")
    }

    @Test("The check of a file tells a static library from a shared one")
    func aStaticLibraryIsToldFromASharedOne() throws {
        expectError(
            try Fixtures.file("static.a", "!<arch>\n/       0".utf8),
            .notALibrary,
            "it is a static library, not a shared library; link it with `-shared` or `-emit-library`"
        )
    }

    @Test("The check of a file recognises a binary of macOS")
    func aMacOSBinaryIsRecognised() throws {
        expectError(
            try Fixtures.file("mac.dylib", [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1]),
            .notALibrary,
            "it is a macOS binary, not a shared library for Linux; "
                + "compile it with `swiftc -parse-as-library -emit-library` here"
        )
    }

    @Test("The check of a file tells an executable from a library", arguments: [["-pie"], ["-no-pie"]])
    func anExecutableIsToldFromALibrary(options: [String]) throws {
        let name = "program\(options[0])"
        expectError(
            try Fixtures.c("int main(void) { return 0; }", library: name, output: name, options: options),
            .notALibrary,
            "it is an executable, not a shared library; compile it with `-emit-library` (Swift) or `-shared` (C)"
        )
    }

    @Test("The check of a file tells an object file from a library")
    func anObjectFileIsToldFromALibrary() throws {
        expectError(
            try Fixtures.c("int main(void) { return 0; }", library: "object", output: "object.o", options: ["-c"]),
            .notALibrary,
            "it is an object file, not a shared library; link it with `-emit-library` (Swift) or `-shared` (C)"
        )
    }

    @Test("The check of a file escapes control characters in a name")
    func controlCharactersInANameDoNotBreakTheLine() {
        let name = Fixtures.path("a\nb\u{1b}[31m\u{2028}.so")
        let message = "cannot load '\(Fixtures.path("a\\nb\\u{1B}[31m\\u{2028}.so"))': no such file"
        let error = #expect(throws: PluginError.self) { try Plugin.load(path: name) }
        #expect(error?.message == message)
    }
}

/// Loads a file, which must fail with a message made of the file's name and the given reason.
func expectError(
    _ path: String,
    _ code: PluginError.Code,
    _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let expected = PluginError(code: code, path: path, problem: "cannot load '\(path)': \(reason)")
    #expect(throws: expected, sourceLocation: sourceLocation) { try Plugin.load(path: path) }
}

/// Sets the user that the calling thread accesses files as; without the privilege to do so it does nothing.
@_silgen_name("setfsuid")
private func setThreadUser(_ user: UInt32) -> Int32
