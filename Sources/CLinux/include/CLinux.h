/// Declarations of glibc functions that its headers keep behind `_GNU_SOURCE`, where Swift's `Glibc` module does not
/// reach.
#ifndef CLINUX_H
#define CLINUX_H

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <semaphore.h>
#include <time.h>

int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *deadline);
int pthread_setname_np(pthread_t thread, const char *name);

/// Like `dladdr` of <dlfcn.h>; the result is 0 if `address` lies in no loaded image.
struct clinux_dl_info {
    const char *file;
    void *base;
    const char *symbol;
    void *symbol_address;
};
int clinux_dladdr(const void *address, struct clinux_dl_info *info) __asm__("dladdr");

/// Like `sched_getaffinity` of <sched.h>: one bit for each core that the process may use.
int clinux_sched_getaffinity(int process, size_t size, void *set) __asm__("sched_getaffinity");

/// Gives free memory back to the system: `malloc_trim` of <malloc.h>.
int clinux_malloc_trim(size_t kept) __asm__("malloc_trim");

// Nothing of this is for those who use the library.
#pragma GCC visibility push(hidden)

/// The processor's own counter of time, which costs less than a look at the clock; its unit differs from machine to
/// machine, and `CLINUX_TICKS_OF_INTEREST` of them are some microseconds. (Where there is none, each look tells of more.)
#if defined(__x86_64__)
enum { CLINUX_TICKS_OF_INTEREST = 8192 };
static inline uint64_t clinux_ticks(void) { return __builtin_ia32_rdtsc(); }
#elif defined(__aarch64__)
enum { CLINUX_TICKS_OF_INTEREST = 64 };
static inline uint64_t clinux_ticks(void) {
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}
#else
enum { CLINUX_TICKS_OF_INTEREST = 0 };
static inline uint64_t clinux_ticks(void) { return 0; }
#endif

/// Writes out what is buffered for standard output. (Swift calls the variable `stdout` unsafe, which it is not here.)
static inline int clinux_flush_stdout(void) { return fflush(stdout); }

/// Gives standard output a buffer of 64 KiB that goes out at the end of every line.
void clinux_buffer_stdout_by_lines(void);

/// `O_PATH` of <fcntl.h>: a descriptor that only stands for a file.
enum { CLINUX_OPEN_PATH = 010000000 };

/// `F_SETPIPE_SZ` of <fcntl.h>: how many bytes a pipe is to hold.
enum { CLINUX_SET_PIPE_SIZE = 1031 };

/// Returns a signal's name without "SIG", or NULL if it has none: `sigabbrev_np` of glibc.
const char *clinux_signal_name(int number);

/// Makes a file without a name, in memory. Returns its descriptor, or -1 with `errno` set.
int clinux_memory_file(void);

/// Makes a pipe whose ends are closed in programs that are executed: `pipe2` of <unistd.h>.
int clinux_pipe(int ends[2]);

/// Which signals this process was started with: those that it ignored, but for SIGCHLD, and those that were blocked. The
/// lowest bit stands for signal 1.
///
/// It is noted when this code is loaded. UCX, below MPICH, has changed SIGHUP by the time that a library above it is loaded,
/// so an executable that loads the library later hands over what it has noted itself.
void clinux_get_signals_at_start(uint64_t *ignored, uint64_t *blocked);
void clinux_set_signals_at_start(uint64_t ignored, uint64_t blocked);

/// The process group of a program that is started: that of this process, one of its own, or one in a session of its own.
enum { CLINUX_SAME_GROUP, CLINUX_OWN_GROUP, CLINUX_OWN_SESSION };

/// Starts a program as `posix_spawnp` does, with nothing of this process's but some descriptors, and what this process
/// was started with: the same signals are ignored, except SIGCHLD, and the same are blocked. The program is killed when the
/// calling thread ends.
///
/// `file` is looked up in PATH if it has no slash. In a group of its own the terminal's signals do not reach the program.
/// The program has `count` descriptors, from 0 on. Each one given is `count` at least. `directory` is the program's working
/// directory; NULL stands for that of this process. Returns the process, or -1 with `errno` set.
int clinux_spawn(const char *file, char *const arguments[], char *const environment[], const int descriptors[],
                 int count, int group, const char *directory);

/// Starts a program that has nothing of this process but its environment: a session of its own, default signals, files
/// opened for it (`in` for reading, `out` for both kinds of output, made if need be), no other descriptor. It outlives this
/// process.
///
/// `note` may be NULL. If it is not, the program has this FIFO open for writing as descriptor 3; it is not started if
/// nobody reads there.
///
/// `file` is looked up in PATH if it has no slash. Returns 0 and the process's ID, or an error number.
int clinux_spawn_detached(int *process, const char *file, char *const arguments[], char *const environment[],
                          const char *in, const char *out, const char *note);

/// Waits until a child has ended, and leaves it a zombie: its ID, and that of its process group, stay its own.
void clinux_wait_for_end(int child);

/// Returns 0 if `path` names a regular file that this process may execute; else -1 with `errno` set, as `access` does.
int clinux_check_executable(const char *path);

/// Calls `function` with the exit status when this process ends, as `on_exit` of <stdlib.h> does.
///
/// A process that is forked from this one does not call it, however it ends. Returns 0, or another value on failure.
int clinux_on_exit(void (*function)(int status));

/// `info` is a `siginfo_t *`. (It is not declared as such: to which module Swift counts that type depends on the order
/// in which files are compiled.)
typedef void (*clinux_signal_handler)(int number, void *info, void *context);

/// Calls `handler` for a signal, as `sigaction` does; returns 0, or -1 on failure.
///
/// A process that is forked from this one does not call it: there the former action takes its place at the first such
/// signal. `former`, if it is not null, gets that action.
int clinux_on_signal(int number, int flags, clinux_signal_handler handler, struct sigaction *former);

/// Hears that `function` is about to end the process; may end it otherwise, and may run in a signal handler.
typedef void (*clinux_exit_observer)(const char *function, int status);

/// Hears that the calling thread is about to be ended by `pthread_exit`.
typedef void (*clinux_thread_exit_observer)(void);

/// Sets who hears of `_exit`, `_Exit` and `quick_exit` in this process (not in its children), and of `pthread_exit` on
/// threads that are needed. `quick_exit` has the status -1, since it does not tell.
void clinux_observe_ends(clinux_exit_observer exits, clinux_thread_exit_observer thread_exits);

/// Says whether the process needs the calling thread.
void clinux_need_thread(int needed);

/// Whether the calling thread is the one that `main` runs on.
int clinux_is_main_thread(void);

/// Ends the process at once, without a word to those who observe its end.
void clinux_end_now(int status);

/// Runs what comes to the main dispatch queue, on the main thread, until there is something to read from `end`.
///
/// Returns 0 then, and -1 at once where there is no such queue.
int clinux_run_main_queue(int end);

/// How many forks lie between this process and the one that loaded this library.
///
/// An object that needs the threads of its process remembers the count, and is of no use where the count differs.
int clinux_fork_count(void);

/// Has this process killed when its parent, which has to have one thread only, ends, or if `parent` is not that any
/// more.
void clinux_die_with_parent(int parent);

/// The process that made a socket's other end; -1 if that cannot be told.
int clinux_peer_process(int socket);

/// A descriptor that can be read from once a process has ended: `pidfd_open`; -1 with `errno` set.
int clinux_open_process(int process);

/// The naps of one thread, which `clinux_begin_naps` begins.
struct clinux_naps {
    timer_t timer;
    /// In microseconds.
    long interval, length;
    sigset_t former_mask;
    int is_running;
    volatile int is_over;
};

/// Has the calling thread sleep for `length` microseconds whenever it has run, or waited, for `interval` microseconds.
///
/// For a call that keeps its core while it waits for another process, which may need that core. A timer sends this
/// thread a real-time signal that the process does not use; the signal's handler sleeps. Neither the timer nor its
/// signal reaches another thread or a child. Without a signal to spare this function does nothing.
///
/// `*naps` stays in its place until `clinux_end_naps`, which the same thread calls.
void clinux_begin_naps(struct clinux_naps *naps, long interval, long length);
void clinux_end_naps(struct clinux_naps *naps);

/// The user who is at the other end of a connected Unix-domain socket; -1 if that cannot be told.
long clinux_peer_user(int socket);

#pragma GCC visibility pop

#endif
