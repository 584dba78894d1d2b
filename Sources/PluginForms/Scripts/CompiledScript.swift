internal import CLinux
internal import Glibc
internal import Linux
package import PluginLoading
internal import Synchronization

/// A Swift file as a shared library, which was compiled now or comes from the cache.
package struct CompiledScript: Sendable {
    package let library: String
    /// The library's directory if it is removed with the process, which is so without a cache; otherwise nil.
    package let directory: PrivateDirectory?

    /// Compiles a script, unless the cache has it.
    ///
    /// The compiler's messages go to standard error unchanged. If the file has `@main`, it is compiled with
    /// `-parse-as-library`; otherwise its top-level code is the program.
    ///
    /// - Throws: `missing`, `unreadable`, `notCompiled`, or `notStaged`.
    package init(path: String) throws(PluginError) {
        let source = try contents(of: path)
        let toolchain = try Toolchain(forScript: path)
        let script = Script(path: path, source: source)
        let cache = ScriptCache()
        let cached = cache?.path(key: script.key(toolchain), module: script.module)
        if let cached, isLibrary(cached) {
            (library, directory) = (cached, nil)
            return
        }
        if let cache { PrivateDirectory.sweep(cache.directory) }
        let place = try PrivateDirectory(in: cache?.directory, namedBy: cache == nil ? "TMPDIR" : "XDG_CACHE_HOME")
        do throws(PluginError) {
            // The compiler has a cache, too, below the same directory.
            let options = cache == nil ? ["-module-cache-path", "\(place.path)/modules"] : []
            let made = try script.compile(with: toolchain, options, in: place)
            if let cache, let cached, cache.adopt(made, as: cached) {
                (library, directory) = (cached, nil)
                place.remove()
            } else {
                (library, directory) = (made, place)
            }
        } catch {
            // The disk is checked before the files that fill it are removed.
            let isFull = isAlmostFull(place.path)
            place.remove()
            guard error.code == .notCompiled, isFull else { throw error }
            let variable = cache == nil ? "TMPDIR" : "XDG_CACHE_HOME"
            let reason =
                "there is no space left for the compiler in \(quoted(cache?.directory ?? place.path)); "
                + "free some, or name another place in \(variable)"
            throw .cannotLoad(path, .notCompiled, reason)
        }
    }

    /// Ends a running compiler. Async-signal-safe.
    package static func interrupt() {
        let process = compiler.load(ordering: .sequentiallyConsistent)
        if process > 0 { kill(-process, SIGTERM) }
    }

    /// Prepares the state of `interrupt`, so that a signal handler finds it.
    package static func prepareToInterrupt() { _ = compiler.load(ordering: .relaxed) }

    fileprivate static let compiler = Atomic<Int32>(0)
}

/// Returns whether the disk of a directory has less space than the compilation of a small script takes.
private func isAlmostFull(_ directory: String) -> Bool {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return false }
    // Some file systems do not count files.
    let isOutOfFiles = status.f_files > 0 && status.f_favail == 0
    return isOutOfFiles || UInt64(status.f_bavail) * UInt64(status.f_frsize) < 1 << 20
}

/// Returns whether a file is a complete library. An incomplete one, as after a full disk, is compiled again.
private func isLibrary(_ path: String) -> Bool {
    do throws(PluginError) {
        _ = try ELFImage(path: path)
        return true
    } catch {
        if error.code != .missing { unlink(path) }
        return false
    }
}

private func contents(of path: String) throws(PluginError) -> [UInt8] {
    let file = try RegularFile(path: path)
    return try file.bytes(at: 0, count: file.size)
}

private struct Script {
    let path: String
    let source: [UInt8]

    /// The module's name, made from the file's name.
    var module: String {
        let file = path.split(separator: "/").last ?? ""
        var name = String(
            file.dropLast(".swift".count).map { character -> Character in
                character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
            }
        )
        if name.first?.isNumber ?? true { name = "_" + name }
        // These names are imported, or have another meaning for the compiler.
        return ["MPIFutures", "Swift", "Glibc", "Foundation", "main"].contains(name) ? name + "_script" : name
    }

    /// Returns the key of the library's sources and options, in hexadecimal digits.
    func key(_ toolchain: Toolchain) -> String {
        var hash = ContentHash()
        hash.update(source)
        hash.update([0])
        hash.update(toolchain.identity.utf8)
        return "\(ImageIdentity(bytes: hash.bytes))"
    }

    /// - Returns: The path of the library.
    func compile(with toolchain: Toolchain, _ more: [String], in place: PrivateDirectory) throws(PluginError)
        -> String
    {
        let library = "\(place.path)/\(module).so"
        // The options are those of any plugin, but with the language mode that rejects top-level variables in tasks:
        // only the master runs the code that initialises them.
        let common = ["-O", "-swift-version", "6", "-module-name", module]
        let options = common + toolchain.search + more + toolchain.userOptions
        if MainAttribute.isPresent(in: source) {
            let words = ["-parse-as-library", "-emit-library", path, "-o", library]
            try run(toolchain.compiler, words + options, in: place)
        } else {
            // The compilation has two steps, since in one step the compiler makes no `main` for a library.
            let object = "\(place.path)/\(module).o"
            try run(toolchain.compiler, ["-c", path, "-o", object] + options, in: place)
            try run(toolchain.compiler, ["-emit-library", object, "-o", library] + options, in: place)
        }
        return library
    }

    private func run(_ compiler: String, _ words: [String], in place: PrivateDirectory) throws(PluginError) {
        // The messages are in memory, since the disk may be full.
        let messages = clinux_memory_file()
        guard messages >= 0 else {
            throw .cannotLoad(
                path,
                .notCompiled,
                "no file for the compiler's messages",
                cause: .last
            )
        }
        defer { close(messages) }
        // The compiler leaves files in its temporary directory.
        var environment = Environment.current
        environment["TMPDIR"] = place.path
        let outcome = place.run(
            [compiler] + words,
            environment: environment,
            output: "/proc/\(getpid())/fd/\(messages)"
        ) { process in
            CompiledScript.compiler.store(process, ordering: .sequentiallyConsistent)
        }
        if let failure = outcome.failure {
            throw .cannotLoad(path, .notCompiled, "\(compiler) cannot be run", cause: failure)
        }
        show(messages)
        guard outcome.status == 0 else { throw .cannotLoad(path, .notCompiled, "it does not compile") }
    }

    private func show(_ messages: Int32) {
        lseek(messages, 0, SEEK_SET)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(messages, &buffer, buffer.count), count > 0 {
            guard buffer[..<count].withUnsafeBytes({ FileDescriptor.writeAll($0, to: STDERR_FILENO) }) else { return }
        }
    }
}
