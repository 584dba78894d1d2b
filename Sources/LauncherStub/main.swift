internal import CLauncherStub
internal import CSupervisor
internal import Glibc

// The supervisor of a worker's commands needs no part of the library, and must not load MPI.
if CommandLine.arguments.first == CSUPERVISOR_NAME { exit(csupervisor_serve()) }

// The launcher is a stub that loads the dynamic library. A plugin needs that library too, and a second copy in one
// process would be a second copy of every type. The library is opened by its bare name through this executable's run
// path, so the plugin's reference finds the same copy.

// UCX, below MPICH, would install handlers for SIGSEGV and similar signals when it is loaded, to print traces of its
// own. The runtime reports crashes itself, with rank and callable.
setenv("UCX_ERROR_SIGNALS", "", 0)

typealias LauncherMain = @convention(c) (_ ignoredSignals: UInt64, _ blockedSignals: UInt64) -> CInt

guard let library = dlopen("libMPIFutures.so", RTLD_NOW | RTLD_GLOBAL),
    let entry = dlsym(library, "mpifutures_launcher_main")
else {
    let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
    endJob("the runtime library cannot be loaded: \(reason); was it moved away from the launcher?")
}
/// Reports why this process cannot begin, and ends its job. Other ranks may wait for it in `MPI_Init`.
func endJob(_ problem: String) -> Never {
    let rank = getenv("PMI_RANK").flatMap { Int(String(cString: $0)) }
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = name.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    // If all ranks have the same problem, one message is enough. The lowest rank writes first and ends the job.
    if let rank { usleep(UInt32(min(rank, 30)) * 100_000) }
    var message = "mpifutures: \(rank.map { "rank \($0) on \(host): " } ?? "")\(problem)\n"
    _ = message.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if let manager = getenv("PMI_FD").flatMap({ Int32(String(cString: $0)) }) {
        // mpiexec drops output that it has not read when it learns of the end.
        var unread: Int32 = 1
        for _ in 0..<200 where unread > 0 {
            usleep(10_000)
            if ioctl(STDERR_FILENO, UInt(FIONREAD), &unread) != 0 { break }
        }
        // This is PMI-1's request to abort. The process manager then kills this process too.
        var request = "cmd=abort exitcode=1\n"
        _ = request.withUTF8 { send(manager, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        sleep(5)
    }
    exit(1)
}
clauncherstub_pass_ends_to(library)

// These are the user's settings, because MPI is not loaded yet.
var ignored: UInt64 = 0
var blocked: UInt64 = 0
clauncherstub_get_signals_at_start(&ignored, &blocked)
exit(unsafeBitCast(entry, to: LauncherMain.self)(ignored, blocked))
