/// The text of `--help`.
enum Help {
    static let text = """
        Usage: mpiexec -n N mpifutures [options] PLUGIN [arg ...]
               mpiexec -n N mpifutures [options] -m MODULE [arg ...]
               mpiexec -n N mpifutures [options] (-c CALLS | -f FILE | -) [arg ...]
               mpifutures [--workers N] …   without mpiexec: N workers, or one a core
               mpifutures [--path DIR] --list PLUGIN
               mpifutures (journal [--export | --compact] | report) FILE

        Runs PLUGIN, a shared library with a main function, as the master of a task
        pool: rank 0 calls its main, all other ranks serve the tasks that it submits.

        PLUGIN is a path: of a shared library, of a directory or an archive (tar, zip)
        with a library __main__.so, or of a Swift file, which is compiled first. MODULE
        is libMODULE.so in a directory of --path, the current one, MPIFUTURES_PATH or
        PREFIX/lib/mpifutures. The arguments after it belong to its program.
        Calls are written as text, on the command line (-c), in FILE (-f) or on standard
        input (-), one or more a line. Each result is a line of JSON, in order:
          julia.JuliaLine(row: 0..<960)           960 calls of a type of libjulia.so
          sh("gzip \\"$1\\"", each(argv)); exec(["wc", each(glob("*.c"))])   commands

        Options:
          -m MODULE; --help, --version  Run a module; print this text, or the version.
          --path DIR     Look for modules in DIR first; may be repeated.
          --workers N    Start N worker processes, without mpiexec before the command.
          --time-limit S End calls that take longer than S seconds, and run the others.
          --memory-limit B   Refuse workers more than B bytes of data (K, M or G).
          --retries N    Make failed calls again: N times, or lost=3,crashed=1.
          --max-calls-per-worker N  Start a new process after N calls of a worker.
          --worker-env NAME=VALUE  Set a variable, such as CUDA_VISIBLE_DEVICES={local}.
          --save-failed DIR, --replay FILE  Save calls that end workers; make one again.
          --spawn        Start as many workers as mpiexec -n 1 -usize N has room for.
          --isolate WHEN Let a call that crashes fail alone: auto, on or off.
          --progress, --summary, --label  Show progress, counts at the end; label lines.
          --journal FILE Record results in FILE; started again, make only missing calls.
          --trace, --report FILE  Write when which worker made which calls; a page.
          --raw, --unordered Write bytes and text as they are; results as they arrive.
          --joblog FILE  Log each call as GNU parallel does. Also as there (see manual):
          --resume, --resume-failed, --results DIR, --halt soon,fail=1, --tag, --dry-run
          --grace S, --time-left S   Let calls end after SIGTERM; end in S seconds.
          --list PLUGIN  Print the callables of a plugin with their arguments.
          --self-test    Check this installation. 'mpifutures bench' measures it.

        Environment (the manual page has all variables): MPIFUTURES_PATH, directories of
        modules with colons between; MPIFUTURES_MAX_WORKERS, how many workers to start.

        Exit status: that of the program; 1 if an error leaves it, a worker cannot begin
        or a call has failed; 2 if the command line, the plugin or a call cannot be
        used; 75 if calls are left to be made; 130 and 143 after SIGINT and SIGTERM.

        """
}
