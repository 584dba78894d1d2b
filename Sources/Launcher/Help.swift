/// The text of `--help`.
enum Help {
    static let text = """
        Usage: mpiexec -n N mpifutures [options] PLUGIN [arg ...]
               mpiexec -n N mpifutures [options] -m MODULE [arg ...]
               mpiexec -n N mpifutures [options] (-c CALLS | -f FILE | -) [arg ...]
               mpifutures [--workers N] …   without mpiexec: N workers, or one a core
               mpifutures [--path DIR] --list PLUGIN
               mpifutures bench | journal FILE | report FILE     see the manual page

        Runs PLUGIN, a shared library with a main function, as the master of a task
        pool: rank 0 calls its main, all other ranks serve the tasks that it submits.

        PLUGIN is a path: of a shared library, of a directory or an archive (tar, zip)
        with a library __main__.so, or of a Swift file, which is compiled first. MODULE
        is libMODULE.so in a directory of --path, the current one, MPIFUTURES_PATH or
        PREFIX/lib/mpifutures. The arguments after it belong to its program.

        Calls are written as text, on the command line (-c), in FILE (-f) or on standard
        input (-), one or more a line. Each result is a line of JSON, in order:
          julia.JuliaLine(row: 0..<960)           960 calls of a type of libjulia.so
          sh("gzip -9 \\"$1\\"", each(argv))      the shell, with positional parameters
          exec(["wc", "-l", each(glob("*.c"))])   a program, without a shell

        Options:
          -m MODULE           Run a module.
          --path DIR          Look for modules in DIR first; may be repeated.
          --list PLUGIN       Print the callables of a plugin with their arguments.
          --self-test         Check this installation.
          --help, --version   Print this text, or the version.

        Workers:
          --workers N         Start N worker processes, without mpiexec.
          --spawn             Start as many as mpiexec -n 1 -usize N has room for.
          --worker-env N=V    Set a variable N, such as CUDA_VISIBLE_DEVICES={local}.
          --memory-limit B    Refuse calls more than B bytes of memory (K, M or G).
          --max-calls-per-worker N   Start a new process after N calls of a worker.
          --label             Begin each line of their output with the worker's number.

        Calls that fail:
          --isolate WHEN      Let a call that crashes fail alone: auto, on or off.
          --time-limit S      End calls that take longer than S seconds.
          --retries N         Make failed calls again: N times, or lost=3,crashed=1.
          --save-failed DIR, --replay FILE   Save calls that end workers, for a retry.
          --heartbeat P,S     Beat every P seconds; give up hosts silent for S, or off.

        Long runs:
          --progress, --bar   Show on standard error how far the calls are.
          --summary           Print at the end what has become of the calls.
          --journal FILE      Record results; started again, make only missing calls.
          --grace S           Let calls that run end within S seconds after SIGTERM.
          --time-left S       End in S seconds; begin no call that takes longer.
          --trace FILE        Write which worker made which calls, and when.
          --report FILE       Write a page about the run.

        Calls that are written as text:
          --raw, --unordered  Write bytes and text as they are; results as they arrive.
          --line-buffer       Write the lines of commands while they run.
          --joblog FILE       Log each call as GNU parallel does. Also as there:
          --resume, --resume-failed, --results DIR, --halt soon,fail=1, --tag, --dry-run

        Environment (the manual page has all variables):
          MPIFUTURES_PATH              directories of modules, separated by colons
          MPIFUTURES_MAX_WORKERS       how many workers to start; else one per core

        Exit status: that of the program; 1 if an error leaves it, a worker cannot begin
        or a call has failed; 2 if the command line, the plugin or a call cannot be
        used; 75 if the run ended with calls left to make; 130 and 143 after SIGINT and
        SIGTERM; 128 + N after a crash by signal N.

        """
}
