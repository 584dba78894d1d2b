internal import CLauncherStub
internal import Glibc

// The launcher is a stub over the dynamic library: a plugin needs that library too, and a second copy of it in one
// process would be a second copy of every type. Opened by its bare name, through this executable's run path, it is the
// copy that the plugin's own reference to it finds already loaded.

// UCX, below MPICH, would take over SIGSEGV and its like when it is loaded, to print traces of its own. Crashes are
// reported by the runtime, which knows rank and callable.
setenv("UCX_ERROR_SIGNALS", "", 0)

typealias LauncherMain = @convention(c) () -> CInt

guard let library = dlopen("libMPIFutures.so", RTLD_NOW | RTLD_GLOBAL),
    let entry = dlsym(library, "mpifutures_launcher_main")
else {
    let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
    var message = "mpifutures: the runtime library cannot be loaded: \(reason); was it moved away from the launcher?\n"
    _ = message.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(1)
}
clauncherstub_pass_ends_to(library)
exit(unsafeBitCast(entry, to: LauncherMain.self)())
