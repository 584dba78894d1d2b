// As `CBORFuzz.swift`, for archives and what is unpacked of them. `Tests/Fuzz/run-archives` compiles this file with the
// modules that do it.
//
// An input is an archive as it is, or, if it begins with a zero byte, a description of a tar file: so that its entries
// are sound, and meet what checks their paths and links, however the input has been changed.

import Glibc
import PluginLoading

@testable import PluginForms

/// A directory for the archives, `inner` for what is in them, and a file that no archive may reach.
private let outer: String = {
    guard let path = getenv("MPIFUTURES_FUZZ_DIRECTORY").map({ String(cString: $0) }) else {
        fatalError("MPIFUTURES_FUZZ_DIRECTORY is not set")
    }
    write(Array("secret".utf8)[...], to: "\(path)/secret")
    return path
}()
private let inner = "\(outer)/inner"
private let archive = "\(outer)/archive"

private func write(_ bytes: ArraySlice<UInt8>, to path: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    precondition(file >= 0 && bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } == bytes.count)
    close(file)
}

// MARK: Inputs

/// A tar file from bytes that say what is in it: of each entry the kind, and its name and link by pieces.
private func described(_ input: ArraySlice<UInt8>) -> [UInt8] {
    let kinds: [TarArchive.Kind] = [.file, .hardLink, .symbolicLink, .characterDevice, .directory, .fifo]
    var input = input
    func text() -> String {
        let pieces = ["a", "b", "cc", "..", ".", "", "/", "secret", "inner", "__main__.so", "ä"]
        let count = Int(input.popFirst() ?? 0) % 6
        let names = (0..<count).map { _ in pieces[Int(input.popFirst() ?? 0) % pieces.count] }
        return names.joined(separator: "/")
    }
    var tar = TarArchive()
    for _ in 0..<16 {
        guard let kind = input.popFirst().map({ kinds[Int($0) % kinds.count] }) else { break }
        let content = kind == .file ? Array(input.prefix(3)) : []
        let isLink = kind == .hardLink || kind == .symbolicLink
        tar.add(text(), kind, link: isLink ? text() : "", content: content, mode: Int(input.popFirst() ?? 0) << 4)
    }
    return tar.bytes
}

// MARK: What has to hold

private func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { fatalError("\(path) cannot be read") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}

/// Follows no link, and fails on one that leads out: by name, for the target may not be there.
private func check(_ path: String) {
    for name in names(in: path) {
        var status = stat()
        precondition(lstat("\(path)/\(name)", &status) == 0)
        switch status.st_mode & S_IFMT {
        case S_IFREG: precondition(status.st_mode & 0o7077 == 0, "permissions")
        case S_IFDIR: check("\(path)/\(name)")
        case S_IFLNK:
            guard let real = realpath("\(path)/\(name)", nil) else { break }
            defer { free(real) }
            let target = String(cString: real)
            precondition(target == inner || target.hasPrefix(inner + "/"), "a link leads out")
        default: fatalError("an entry of another kind")
        }
    }
}

private func checkOuter() {
    let names = names(in: outer).sorted()
    precondition(names == ["archive", "inner", "secret"], "something got out: \(names)")
    var status = stat()
    precondition(stat("\(outer)/secret", &status) == 0 && status.st_size == 6 && status.st_nlink == 1, "the secret")
}

/// Tries one input, as libFuzzer wants it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let input = Array(UnsafeRawBufferPointer(start: start, count: count))
    write(input.first == 0 ? described(input.dropFirst())[...] : input[...], to: archive)
    precondition(mkdir(inner, 0o700) == 0)
    var limits = ArchiveLimits()
    limits.bytes = 1 << 20
    limits.entries = 64
    do throws(PluginError) {
        try Extraction.unpack(archive, to: inner, limits: limits)
    } catch {
        precondition(!error.message.utf8.contains(UInt8(ascii: "\n")), "the message has more than one line")
    }
    check(inner)
    checkOuter()
    removeTree(inner)
    precondition(access(inner, F_OK) != 0, "something stays")
    return 0
}
