internal import CLauncherStub
internal import CSupervisor
internal import Glibc

// The process that looks after a worker's commands needs nothing of the library, and has no reason to load MPI.
if CommandLine.arguments.first == CSUPERVISOR_NAME { exit(csupervisor_serve()) }

// The launcher is a stub over the dynamic library: a plugin needs that library too, and a second copy of it in one
// process would be a second copy of every type. Opened by its bare name, through this executable's run path, it is the
// copy that the plugin's own reference to it finds already loaded.

// UCX, below MPICH, would take over SIGSEGV and its like when it is loaded, to print traces of its own. Crashes are
// reported by the runtime, which knows rank and callable.
setenv("UCX_ERROR_SIGNALS", "", 0)

typealias LauncherMain = @convention(c) (_ ignoredSignals: UInt64, _ blockedSignals: UInt64) -> CInt

guard let library = dlopen("libMPIFutures.so", RTLD_NOW | RTLD_GLOBAL),
    let entry = dlsym(library, "mpifutures_launcher_main")
else {
    let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
    endJob("the runtime library cannot be loaded: \(reason); was it moved away from the launcher?")
}
/// Says what keeps this process from beginning, and ends its job, whose other ranks may wait for it in `MPI_Init`.
func endJob(_ problem: String) -> Never {
    let rank = getenv("PMI_RANK").flatMap { Int(String(cString: $0)) }
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = name.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    // One line is enough if all have the same problem: the lowest rank is the first to speak.
    if let rank { usleep(UInt32(min(rank, 30)) * 100_000) }
    var message = "mpifutures: \(rank.map { "rank \($0) on \(host): " } ?? "")\(problem)\n"
    _ = message.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if let manager = getenv("PMI_FD").flatMap({ Int32(String(cString: $0)) }) {
        // What mpiexec has not read when it hears of the end is lost.
        var unread: Int32 = 1
        for _ in 0..<200 where unread > 0 {
            usleep(10_000)
            if ioctl(STDERR_FILENO, UInt(FIONREAD), &unread) != 0 { break }
        }
        // PMI-1; the process manager then kills this process too.
        var request = "cmd=abort exitcode=1\n"
        _ = request.withUTF8 { send(manager, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        sleep(5)
    }
    exit(1)
}
clauncherstub_pass_ends_to(library)

// As the user has set them, before MPI is loaded.
var ignored: UInt64 = 0
var blocked: UInt64 = 0
clauncherstub_get_signals_at_start(&ignored, &blocked)
exit(unsafeBitCast(entry, to: LauncherMain.self)(ignored, blocked))
