internal import CPluginForms
internal import Glibc
package import PluginLoading
internal import Synchronization

/// A Swift file as a shared library, compiled now or taken from the cache.
package struct CompiledScript: Sendable {
    package let library: String
    /// Where the library is, if that goes away with the process: there is no cache.
    package let directory: PrivateDirectory?

    /// Compiles a script unless the cache has it.
    ///
    /// What the compiler says goes to standard error, as it is. With `@main` the file is compiled with
    /// `-parse-as-library`; without, its top-level code is the program.
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
        let place = try PrivateDirectory(in: cache?.directory)
        do throws(PluginError) {
            // The compiler has a cache too, below the same directory.
            let options = cache == nil ? ["-module-cache-path", "\(place.path)/modules"] : []
            let made = try script.compile(with: toolchain, options, in: place.path)
            if let cache, let cached, cache.adopt(made, as: cached) {
                (library, directory) = (cached, nil)
                place.remove()
            } else {
                (library, directory) = (made, place)
            }
        } catch {
            place.remove()
            throw error
        }
    }

    /// Ends a compiler that is at work. May be called in a signal handler.
    package static func interrupt() {
        let process = compiler.load(ordering: .sequentiallyConsistent)
        if process > 0 { kill(-process, SIGTERM) }
    }

    fileprivate static let compiler = Atomic<Int32>(0)
}

/// Whether a file is a whole library; one that is not, after a full disk for instance, is made again.
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

    /// The module's name, after the file's.
    var module: String {
        let file = path.split(separator: "/").last ?? ""
        var name = String(
            file.dropLast(".swift".count).map { character -> Character in
                character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
            }
        )
        if name.first?.isNumber ?? true { name = "_" + name }
        // These are imported, or mean something else to the compiler.
        return ["MPIFutures", "Swift", "Glibc", "Foundation", "main"].contains(name) ? name + "_script" : name
    }

    /// What the library is made from, as hexadecimal digits.
    func key(_ toolchain: Toolchain) -> String {
        var hash = ContentHash()
        hash.update(source)
        hash.update([0])
        hash.update(toolchain.identity.utf8)
        return "\(ImageIdentity(bytes: hash.bytes))"
    }

    /// - Returns: the path of the library.
    func compile(with toolchain: Toolchain, _ more: [String], in directory: String) throws(PluginError) -> String {
        let library = "\(directory)/\(module).so"
        // As for any plugin, but in the language mode that finds top-level variables which tasks could not use: only
        // the master runs the code that initialises them.
        let common = ["-O", "-swift-version", "6", "-module-name", module]
        let options = common + toolchain.search + more + toolchain.userOptions
        if MainAttribute.isPresent(in: source) {
            let words = ["-parse-as-library", "-emit-library", path, "-o", library]
            try run(toolchain.compiler, words + options, in: directory)
        } else {
            // In two steps: in one, the compiler has no `main` for a library.
            let object = "\(directory)/\(module).o"
            try run(toolchain.compiler, ["-c", path, "-o", object] + options, in: directory)
            try run(toolchain.compiler, ["-emit-library", object, "-o", library] + options, in: directory)
        }
        return library
    }

    private func run(_ compiler: String, _ words: [String], in directory: String) throws(PluginError) {
        let messages = "\(directory)/messages"
        let arguments = ([compiler] + words).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        // The compiler leaves things in its temporary directory.
        let environment = EnvironmentCopy(setting: "TMPDIR", to: directory)
        var process: pid_t = 0
        let code = cforms_spawn(&process, compiler, arguments, environment.vector, "/dev/null", messages, messages)
        guard code == 0 else {
            throw .cannotLoad(path, .notCompiled, "\(compiler) cannot be run: \(String(cString: strerror(code)))")
        }
        CompiledScript.compiler.store(process, ordering: .sequentiallyConsistent)
        defer { CompiledScript.compiler.store(0, ordering: .sequentiallyConsistent) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        show(messages)
        guard status == 0 else { throw .cannotLoad(path, .notCompiled, "it does not compile") }
    }

    private func show(_ messages: String) {
        guard let text = try? contents(of: messages) else { return }
        text.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count <= 0 { return }
                rest = rest.dropFirst(count)
            }
        }
        unlink(messages)
    }
}
