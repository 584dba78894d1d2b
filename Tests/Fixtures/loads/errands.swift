// The calls of Tests/WorkersTests/LoadsMainTests.swift.
//
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
import Glibc
import MPIFutures
import Synchronization

// Calls in a library that a program is linked with, so that workers can do without the program.

/// Which program a worker is, whether it has loaded another one, its arguments, and where it has this library from.
public struct Where: RemoteCallable {
    var master: String

    public init(master: String) { self.master = master }

    public func callAsFunction() throws -> String {
        guard let path = realpath("/proc/self/exe", nil) else { return "?" }
        defer { free(path) }
        let program = String(cString: path).split(separator: "/").last ?? ""
        let maps = try files().filter { $0.hasSuffix("/\(master)") || $0.hasSuffix("/liberrands.so") }
        let arguments = CommandLine.arguments.dropFirst().joined(separator: " ")
        return "\(program) with '\(arguments)' has \(maps.joined(separator: " and "))"
    }

    /// The files that are mapped.
    private func files() throws -> [String] {
        var files: [String] = []
        guard let maps = fopen("/proc/self/maps", "re") else { return [] }
        defer { fclose(maps) }
        var line = [CChar](repeating: 0, count: 8192)
        while fgets(&line, CInt(line.count), maps) != nil {
            let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard let slash = text.firstIndex(of: "/") else { continue }
            let file = String(text[slash...].dropLast())
            if !files.contains(file) { files.append(file) }
        }
        return files
    }
}

/// Travels as its bytes.
public struct Square: RemoteCallable {
    var number: Int

    public init(_ number: Int) { self.number = number }

    public func callAsFunction() -> Int { number * number }
}

public struct Lengths: RemoteCallable {
    var texts: [String]

    public init(of texts: [String]) { self.texts = texts }

    public func callAsFunction() -> [Int] { texts.map(\.utf8.count) }
}

/// What is prepared by an initializer.
public struct Prepare: RemoteCallable {
    static let number = Atomic(0)
    var number: Int

    public init(_ number: Int) { self.number = number }

    public func callAsFunction() -> Int {
        Self.number.store(number, ordering: .relaxed)
        return number
    }
}

public struct Prepared: RemoteCallable {
    public init() {}
    public func callAsFunction() -> Int { Prepare.number.load(ordering: .relaxed) }
}

/// Its type has no name that could be looked up.
private struct Hidden: RemoteCallable {
    func callAsFunction() -> Int { 11 }
}

public func submitHidden(to executor: MPIPoolExecutor) throws -> Future<Int> { try executor.submit(Hidden()) }
