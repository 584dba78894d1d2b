internal import CLinux
internal import Glibc
package import Linux
package import MPIBinding

/// The variables that an executor's options give its workers.
///
/// No process has a value in its arguments, because every user of a host can read those.
package struct WorkerEnvironment: Equatable, Sendable {
    package let variables: [(name: String, value: String)]

    package init(_ variables: [(name: String, value: String)]) { self.variables = variables }

    package static func == (left: Self, right: Self) -> Bool { left.entries == right.entries }

    /// The variables in the form "NAME=VALUE".
    package var entries: [String] { variables.map { "\($0.name)=\($0.value)" } }

    /// Returns an environment with these variables in place of those of the same names.
    package func added(to environment: Environment) -> Environment {
        variables.reduce(into: environment) { environment, variable in environment[variable.name] = variable.value }
    }
}

// MARK: - By way of a file

extension WorkerEnvironment {
    /// An unnamed file of this process with shell commands that set the variables.
    struct File: ~Copyable {
        let address: SocketAddress

        /// Makes the file.
        init(_ environment: WorkerEnvironment) throws(LaunchError) {
            let descriptor = clinux_memory_file()
            guard descriptor >= 0, fchmod(descriptor, S_IRUSR) == 0,
                environment.shellText.utf8.withContiguousStorageIfAvailable({
                    FileDescriptor.writeAll(UnsafeRawBufferPointer($0), to: descriptor)
                }) == true
            else {
                let cause = SystemError.Code.last
                if descriptor >= 0 { close(descriptor) }
                throw LaunchError("no memory for the workers' environment", cause: cause)
            }
            address = SocketAddress(processID: getpid(), descriptor: descriptor)
        }

        deinit { close(address.descriptor) }

        /// Returns a command that sets the variables and then becomes a program. A shell reads the file on this
        /// process's host, and nothing on other hosts.
        ///
        /// The shell compares the systems first: on another host, a process with the same ID may have any file open.
        ///
        /// - Parameter words: The program and its arguments.
        func command(_ words: [String]) -> [String] {
            // MPICH ends a job that has an empty argument or one of several lines, and it drops backslashes. Such
            // arguments are encoded. The argument of two backslashes gives the shell the escape character: it begins
            // with one even if MPICH drops the other.
            let isCoded = words.contains { $0.isEmpty || $0.utf8.contains(where: Self.isSpecial) }
            let decoding =
                #"b=${1%"${1#?}"}; shift; for a do shift; a=$(printf %s "$a" | tr % "$b$b"); "#
                + #"a=$(printf %b. "$a"); a=${a%.}; set -- "$@" "${a#=}"; done; "#
            let script = """
                read -r boot </proc/sys/kernel/random/boot_id; \
                if [ "$boot-$(readlink /proc/self/ns/pid 2>/dev/null)" = "$1" ]; then . "$2"; fi; \
                export \(WorkerInvocation.variable)=\(WorkerInvocation.spawned.text); shift 2; \(isCoded ? decoding : "")exec "$@"
                """
            let path = "/proc/\(address.processID)/fd/\(address.descriptor)"
            return ["/bin/sh", "-c", script, "sh", address.system, path]
                + (isCoded ? [#"\\"#] + words.map(Self.coded) : words)
        }

        /// Whether a process manager may change a byte of an argument.
        private static func isSpecial(_ byte: UInt8) -> Bool {
            byte < 0x20 || [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'")].contains(byte)
        }

        /// Returns a word without special bytes: after "=" the word, with "%0" and three octal digits for each of them.
        private static func coded(_ word: String) -> String {
            let bytes = word.utf8.flatMap { byte -> [UInt8] in
                guard isSpecial(byte) || byte == UInt8(ascii: "%") else { return [byte] }
                let digits = String(byte, radix: 8)
                return Array("%0\(String(repeating: "0", count: 3 - digits.count))\(digits)".utf8)
            }
            return "=" + String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Shell commands that set the variables. A shell cannot set variables whose names are no identifiers; workers get
    /// those later.
    var shellText: String {
        let words = variables.filter { variable in
            let isWord = variable.name.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isASCIIAlphanumeric
            }
            return isWord && variable.name.first.map { !$0.isNumber } ?? false
        }
        return words.map { "export \($0.name)=\(Self.quoted($0.value))\n" }.joined()
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}

extension Character {
    fileprivate var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}

// MARK: - By way of MPI

extension WorkerEnvironment {
    /// Sends the variables to spawned workers, which `receive` them. Collective.
    ///
    /// Workers on other hosts cannot read the file. For them, variables that the loader or MPI read at start come too
    /// late.
    ///
    /// - Parameter joint: The intercommunicator to the workers.
    func send(_ joint: Communicator) throws {
        let bytes = entries.flatMap { (entry: String) -> [UInt8] in Array(entry.utf8) + [0] }
        try withUnsafeBytes(of: Int64(bytes.count)) { try joint.broadcastToRemoteGroup($0) }
        if !bytes.isEmpty { try bytes.withUnsafeBytes { try joint.broadcastToRemoteGroup($0) } }
    }

    /// Receives variables from the master and sets them. Collective.
    ///
    /// - Parameter joint: The intercommunicator to the master.
    package static func receive(_ joint: Communicator) throws {
        for entry in try receiveBytes(joint).split(separator: 0) {
            guard let end = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<end], as: UTF8.self)
            let value = String(decoding: entry[(end + 1)...], as: UTF8.self)
            // Most variables are set already. Threads of MPI may read the environment meanwhile, so those are left
            // untouched.
            if Environment[name] == value { continue }
            setenv(name, value, 1)
        }
    }

    private static func receiveBytes(_ joint: Communicator) throws -> [UInt8] {
        var count: Int64 = 0
        try withUnsafeMutableBytes(of: &count) { try joint.broadcast($0, root: 0) }
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        try bytes.withUnsafeMutableBytes { try joint.broadcast($0, root: 0) }
        return bytes
    }
}
