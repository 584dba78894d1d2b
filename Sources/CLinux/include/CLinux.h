/// Declarations of glibc functions that its headers keep behind `_GNU_SOURCE`, where Swift's `Glibc` module does not
/// reach.
#ifndef CLINUX_H
#define CLINUX_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
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

/// Like `mallopt` of <malloc.h>; the result is 0 if there is no such parameter, or if it may not have the value.
enum { CLINUX_M_TRIM_THRESHOLD = -1, CLINUX_M_MMAP_THRESHOLD = -3 };
int clinux_mallopt(int parameter, int value) __asm__("mallopt");

// Nothing of this is for those who use the library.
#pragma GCC visibility push(hidden)

/// The processor's own time counter, which costs less than reading the clock. Its unit differs from machine to machine.
/// `CLINUX_TICKS_OF_INTEREST` ticks are some microseconds. (Where there is no counter, each call returns a later time.)
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

/// Flushes standard output. (Swift considers the variable `stdout` unsafe, which it is not here.)
static inline int clinux_flush_stdout(void) { return fflush(stdout); }

/// Makes standard output line-buffered, with a buffer of 64 KiB.
void clinux_buffer_stdout_by_lines(void);

/// A function that runs in a signal handler when a signal kills the process by its own fault. It gets the signal and
/// `errno` of the thread.
typedef void (*clinux_crash_function)(int number, int error);

/// Has a function run at a crash, before handlers that were installed earlier. Each function runs once.
void clinux_at_crash(clinux_crash_function function);

/// Writes what standard output holds without having written it, and an end of line. Safe in a signal handler of a
/// process that is about to end.
void clinux_write_last_output(void);

/// Has `clinux_write_last_output` run at a crash.
void clinux_write_last_output_at_crash(void);

/// `O_PATH` of <fcntl.h>: a descriptor that only identifies a file.
enum { CLINUX_OPEN_PATH = 010000000 };

/// `F_SETPIPE_SZ` of <fcntl.h>: sets the size of a pipe's buffer.
enum { CLINUX_SET_PIPE_SIZE = 1031 };

/// Returns a signal's name without "SIG", or NULL if it has none: `sigabbrev_np` of glibc.
const char *clinux_signal_name(int number);

/// Makes a file without a name, in memory. Returns its descriptor, or -1 with `errno` set.
int clinux_memory_file(void);

/// Takes a connection, as a socket that does not block and that executed programs do not inherit: `accept4` of
/// <sys/socket.h>.
int clinux_accept(int listener);

/// Makes a pipe whose ends are closed in programs that are executed: `pipe2` of <unistd.h>.
int clinux_pipe(int ends[2]);

/// Returns the signals that this process ignored when it started, without SIGCHLD, and those that it blocked. The
/// lowest bit stands for signal 1.
///
/// The signals are recorded when this code is loaded. UCX, below MPICH, has changed SIGHUP before a library above it is
/// loaded. Therefore an executable that loads the library later passes on its own record.
void clinux_get_signals_at_start(uint64_t *ignored, uint64_t *blocked);
void clinux_set_signals_at_start(uint64_t ignored, uint64_t blocked);

/// The process group of a started program: that of this process, a group of its own, or a group in a session of its
/// own.
enum { CLINUX_SAME_GROUP, CLINUX_OWN_GROUP, CLINUX_OWN_SESSION };

/// Starts a program as `posix_spawnp` does. The program inherits only the given descriptors. It ignores and blocks the
/// signals that this process ignored and blocked when it started, except that it does not ignore SIGCHLD. The program
/// is killed when the calling thread ends.
///
/// `file` is looked up in PATH if it has no slash. A group of its own keeps the terminal's signals from the program.
/// The program gets the `count` descriptors as 0, 1, 2 and so on; each of those given must be at least `count`.
/// `directory` is the program's working directory; NULL stands for that of this process. Returns the process ID, or -1
/// with `errno` set.
int clinux_spawn(const char *file, char *const arguments[], char *const environment[], const int descriptors[],
                 int count, int group, const char *directory);

/// Returns the number of threads of this process; -1 if that is unknown.
int clinux_thread_count(void);

/// Forks a child that goes on with this program's code. Call it only in a process with one thread.
///
/// The child has a session of its own, and ends with the calling thread. Of the descriptors it has only the `count`
/// given ones, as 0, 1, 2 and so on; each of them must be at least `count`. Returns 0 in the child, and its process ID,
/// or -1 with `errno` set, in the caller.
int clinux_fork(const int descriptors[], int count);

/// Makes two connected sockets that keep the bounds of messages. Executed programs do not inherit them.
int clinux_socket_pair(int ends[2]);

/// Sends a message, which is not empty, together with at most 4 descriptors. Returns 0, or -1 with `errno` set.
int clinux_send_with_descriptors(int socket, const void *bytes, size_t size, const int descriptors[], int count);

/// Waits for a message with exactly `count` descriptors. Returns the message's size, 0 if the other end is closed, or
/// -1 with `errno` set.
long clinux_receive_with_descriptors(int socket, void *bytes, size_t size, int descriptors[], int count);

/// Starts a program that outlives this process. It inherits only the environment. It gets a session of its own, the
/// default signals, and files that are opened for it: `in` for reading, `out` for both kinds of output, created if
/// necessary.
///
/// `note` may be NULL. Otherwise it names a FIFO that the program has open for writing as descriptor 3. The program is
/// not started if nobody reads the FIFO.
///
/// `file` is looked up in PATH if it has no slash. Returns 0 and the process ID, or an error number.
int clinux_spawn_detached(int *process, const char *file, char *const arguments[], char *const environment[],
                          const char *in, const char *out, const char *note);

/// Waits until a child has ended, and leaves it a zombie, so that nobody else gets its process ID or process group ID.
void clinux_wait_for_end(int child);

/// Returns 0 if `path` names a regular file that this process may execute; otherwise -1 with `errno` set, as `access`
/// does.
int clinux_check_executable(const char *path);

/// Calls `function` with the exit status when this process ends, as `on_exit` of <stdlib.h> does.
///
/// A process that is forked from this one does not call it, however it ends. Returns 0, or another value on failure.
int clinux_on_exit(void (*function)(int status));

/// `info` is a `siginfo_t *`. (It is not declared as one, because the Swift module of that type depends on the order in
/// which files are compiled.)
typedef void (*clinux_signal_handler)(int number, void *info, void *context);

/// Installs a handler for a signal, as `sigaction` does. Returns 0, or -1 on failure.
///
/// A forked child does not call the handler: the first such signal restores the former action there. `former` receives
/// the former action unless it is NULL.
int clinux_on_signal(int number, int flags, clinux_signal_handler handler, struct sigaction *former);

/// Is called before `function` ends the process. It may end the process itself, and may run in a signal handler.
typedef void (*clinux_exit_observer)(const char *function, int status);

/// Is called before `pthread_exit` ends the calling thread.
typedef void (*clinux_thread_exit_observer)(void);

/// Sets the observers of `_exit`, `_Exit` and `quick_exit` in this process (not in its children), and of `pthread_exit`
/// on threads that are needed. For `quick_exit` the status is -1, because the function cannot know it.
void clinux_observe_ends(clinux_exit_observer exits, clinux_thread_exit_observer thread_exits);

/// Declares whether the process needs the calling thread.
void clinux_need_thread(int needed);

/// Returns whether the calling thread is the one on which `main` runs.
int clinux_is_main_thread(void);

/// Ends the process at once, without calling the observers of its end.
void clinux_end_now(int status);

/// Runs the main dispatch queue on the main thread until `end` becomes readable.
///
/// Returns 0 then, and -1 at once if there is no such queue.
int clinux_run_main_queue(int end);

/// Returns the number of forks between the process that loaded this library and this one.
///
/// An object that needs the threads of its process remembers the count, and does nothing where the count differs.
int clinux_fork_count(void);

/// Makes the kernel kill this process when its parent ends, or kills it if `parent` is not its parent any more. The
/// parent must have only one thread.
void clinux_die_with_parent(int parent);

/// Returns the process that made the other end of a socket; -1 if that is unknown.
int clinux_peer_process(int socket);

/// Whether a child of this process is stopped by a signal. The function collects no status.
bool clinux_has_stopped(int process);

/// Waits like `poll` for at most that many nanoseconds, or for ever with `UINT64_MAX`.
///
/// - Parameter polled: `count` structures `pollfd`.
int clinux_poll(void *polled, unsigned long count, uint64_t nanoseconds);

/// Returns a descriptor that becomes readable when a process has ended (`pidfd_open`); -1 with `errno` set.
int clinux_open_process(int process);

/// The state of one thread's naps.
struct clinux_naps {
    timer_t timer;
    /// The intervals in microseconds.
    long interval, length;
    sigset_t former_mask;
    int is_running;
    volatile int is_over;
};

/// Makes the calling thread sleep for `length` microseconds after every `interval` microseconds in which it ran or
/// waited.
///
/// This is for a call that keeps its core while it waits for another process, which may need that core. A timer sends
/// this thread a real-time signal that the process does not use, and the signal's handler sleeps. Neither the timer nor
/// its signal reaches another thread or a child. The function does nothing if no signal is unused.
///
/// `*naps` must not move until the same thread calls `clinux_end_naps`.
void clinux_begin_naps(struct clinux_naps *naps, long interval, long length);
void clinux_end_naps(struct clinux_naps *naps);

/// Returns the user of the process at the other end of a connected Unix-domain socket; -1 if that is unknown.
long clinux_peer_user(int socket);

/// Posts a semaphore in memory that processes share. Its `word`, which begins as 0, takes one post at most. A signal
/// handler may call this function.
void clinux_post_shared(uint32_t *word);

/// Waits for a post, until the monotonic clock reaches `deadline` in nanoseconds; UINT64_MAX stands for no deadline.
/// Returns whether there was a post.
bool clinux_wait_shared(uint32_t *word, uint64_t deadline);

/// Limits the data of this process, with RLIMIT_DATA, until `clinux_end_memory_limit`. If the process crashes meanwhile
/// and has no memory left, stores 1 at `place`. Call it on one thread only.
///
/// Returns 0, or -1 with `errno`.
int clinux_begin_memory_limit(uint64_t bytes, uint32_t *place);

void clinux_end_memory_limit(void);

/// Lifts the limit of `clinux_begin_memory_limit`, if there is one, for a process that is started next. Returns the limit,
/// for `clinux_resume_memory_limit`; 0 if there is none.
uint64_t clinux_suspend_memory_limit(void);

/// Sets the limit again that `clinux_suspend_memory_limit` has lifted, unless it is 0.
void clinux_resume_memory_limit(uint64_t bytes);

/// Forks a process that removes the control group with the directory `path` after the end of this process, if the parent
/// of this process does not do so. It kills the processes that are left in the group. It is no child of this process.
///
/// Returns 0, or -1 with `errno` set.
int clinux_watch_group(const char *path);

/// Returns whether systemd has marked the control group with the directory `path` as one whose processes divide it
/// themselves.
bool clinux_is_delegated(const char *path);

/// Kills the processes of the control group with the directory `path`, and removes it. Returns -1 if that takes longer
/// than `timeout` milliseconds.
int clinux_end_group(const char *path, int timeout);

#pragma GCC visibility pop

#endif
