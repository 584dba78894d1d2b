internal import Glibc
internal import Linux
internal import MPIBinding
internal import MPIFutures
internal import PluginLoading
internal import Processes

/// Checks an installation for `--self-test`, one line for each check.
struct SelfTest {
    private var hasFailed = false

    /// Returns the exit status: 1 if a check has failed.
    static func run() -> Int {
        var test = SelfTest()
        test.check("version") { Surroundings.version }
        test.check("library") { try library() }
        test.check("MPI") { try mpi() }
        test.check("shared memory") { try sharedMemory() }
        test.check("runtime") { try runtime() }
        test.check("values") { values }
        test.check("memory limits") { memoryLimits }
        test.check("threads") { try calls(ThreadPoolExecutor(maxWorkers: min(4, Surroundings.cores))) }
        test.check("processes") {
            try calls(ProcessPoolExecutor(maxWorkers: min(4, Surroundings.cores), options: .init(isolation: .on)))
        }
        // Of a job the workers are its other ranks; of this process alone they have been tried.
        if Runtime.shared.sharesPool {
            test.check(ProcessManager.isPresent ? "ranks" : "workers") {
                try calls(MPIPoolExecutor(), areRanks: ProcessManager.isPresent)
            }
        }
        return test.hasFailed ? 1 : 0
    }

    private mutating func check(_ subject: String, _ body: () throws -> String) {
        do {
            print("ok      \(subject): \(try body())")
        } catch {
            hasFailed = true
            print("FAILED  \(subject): \(error)")
        }
    }

    private static func library() throws -> String {
        let path = Surroundings.library
        guard !path.isEmpty else { throw Problem("libMPIFutures.so is not among the loaded libraries") }
        return path
    }

    private static func mpi() throws -> String {
        let name = try Surroundings.mpi
        let path = LoadedImage.path(ofLibrary: "libmpi")
        return path.map { "\(name), \($0)" } ?? name
    }

    /// MPI and runners keep their messages in memory files.
    private static func sharedMemory() throws -> String {
        let directory = "/dev/shm"
        var facts = statvfs()
        guard statvfs(directory, &facts) == 0, access(directory, W_OK) == 0 else {
            throw Problem("\(directory) cannot be written (\(SystemError.Code.last)); mount a tmpfs there")
        }
        // A file system without a limit tells no size.
        guard facts.f_blocks > 0 else { return "\(directory) has no limit" }
        let free = (UInt64(facts.f_bavail) * UInt64(facts.f_frsize)) >> 20
        guard free >= 8 else {
            throw Problem(
                "\(directory) has \(free) MiB left; remove files of earlier jobs, or mount it with a larger size"
            )
        }
        return "\(directory) has \(free) MiB left"
    }

    /// What the library assumes of the Swift runtime: types are found by the names that workers are told.
    private static func runtime() throws -> String {
        let name = try TypeIdentity.name(of: Whereabouts.self)
        guard TypeIdentity.type(named: name) == Whereabouts.self else {
            throw Problem("the Swift runtime does not find types by name; it is of another version than the library")
        }
        let path = LoadedImage.path(ofLibrary: "libswiftCore.so")
        return path ?? "the Swift runtime is part of the library"
    }

    /// How structured values travel. Both ways are right, so nothing has failed.
    private static var values: String {
        StructuredValues.areWalked
            ? "structs, enums and collections travel in the layout of memory"
            : "all travel as CBOR, which is slower, since this Swift runtime describes types in another way than expected; "
                + "use the runtime that the library was built with"
    }

    /// By what means `--memory-limit` acts. Both do what they should, so nothing has failed.
    private static var memoryLimits: String {
        switch MemoryGroups.own {
        case .success(let groups):
            "control groups of version \(groups.version.rawValue), in \(groups.base)"
        case .failure(let reason): "RLIMIT_DATA of each process, since \(reason)"
        }
    }

    /// Makes ten calls, and checks what they return.
    private static func calls(
        _ makeExecutor: @autoclosure () throws -> some PoolExecutor,
        areRanks: Bool = false
    ) throws -> String {
        let executor = try makeExecutor()
        defer { executor.shutdown() }
        let squares = try executor.map({ SelfTestSquare(number: $0) }, 0..<10).array()
        guard squares == (0..<10).map({ $0 * $0 }) else { throw Problem("the results are wrong: \(squares)") }
        return "10 calls on \(try Workers(of: executor, areRanks: areRanks))"
    }

    private struct Problem: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}

private struct SelfTestSquare: RemoteCallable {
    var number: Int
    func callAsFunction() -> Int { number * number }
}
