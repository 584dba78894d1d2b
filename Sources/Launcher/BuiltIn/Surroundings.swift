internal import CMPIFutures
internal import Glibc
internal import Launching
internal import MPIBinding
internal import PluginLoading
internal import Processes

/// Facts about this machine and this installation.
enum Surroundings {
    /// Such as "mpifutures 0.2.0 on x86_64, Linux 6.1.0".
    static var version: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "mpifutures \(MPIFUTURES_VERSION)" }
        return
            "mpifutures \(MPIFUTURES_VERSION) on \(text(names.machine)), \(text(names.sysname)) \(text(names.release))"
    }

    /// The path of the library of this process.
    static var library: String { LoadedImage.pathOfRuntime ?? "" }

    /// The name of the MPI library, such as "MPICH 4.0.2".
    static var mpi: String { get throws { MPILibrary(version: try MPI.libraryVersion).name } }

    static var cores: Int { (try? WorkerCount.ofThreads(nil)) ?? 1 }

    /// The text of an array in a C structure.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Suspends this thread.
func pause(seconds: Double) { usleep(UInt32(seconds * 1e6)) }
