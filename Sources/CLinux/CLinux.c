#define _GNU_SOURCE
#include "CLinux.h"
#include "signals_at_start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <string.h>
#include <unistd.h>

void clinux_buffer_stdout_by_lines(void) {
    // The buffer is ours, because glibc would go on with the single byte of an unbuffered stream.
    static char buffer[1 << 16];
    fflush(stdout);
    setvbuf(stdout, buffer, _IOLBF, sizeof buffer);
}

void clinux_get_signals_at_start(uint64_t *ignored, uint64_t *blocked) {
    *ignored = ignored_at_start;
    *blocked = blocked_at_start;
}

void clinux_set_signals_at_start(uint64_t ignored, uint64_t blocked) {
    ignored_at_start = ignored;
    blocked_at_start = blocked;
}

/// Turns the child into another program. The child runs in the memory of its parent, which waits meanwhile.
static void become(
    const char *file, char *const arguments[], char *const environment[], const int descriptors[], int count,
    int group, const char *directory, pid_t parent
) {
    // No handler of the parent may run in the shared memory. Signals that the parent ignores get their default action,
    // except those that the user has ignored, by `nohup` for instance.
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action = {.sa_handler = ignored_at_start & signal_bit(number) ? SIG_IGN : SIG_DFL};
        sigaction(number, &action, NULL);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    if (group == CLINUX_OWN_GROUP) setpgid(0, 0);
    if (group == CLINUX_OWN_SESSION) setsid();
    if (directory && chdir(directory) != 0) return;
    // Each descriptor is above all places, so no descriptor is overwritten before it is copied.
    for (int place = 0; place < count; place++)
        if (dup2(descriptors[place], place) < 0) return;
    close_range(count, ~0U, 0);
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int number = 1; number < NSIG; number++)
        if (blocked_at_start & signal_bit(number)) sigaddset(&blocked, number);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    execvpe(file, arguments, environment);
}

int clinux_spawn(
    const char *file, char *const arguments[], char *const environment[], const int descriptors[], int count,
    int group, const char *directory
) {
    sigset_t all, former;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    const pid_t parent = getpid();
    // The child writes this variable, because both processes use the same memory.
    volatile int failure = 0;
    const pid_t child = vfork();
    if (child == 0) {
        become(file, arguments, environment, descriptors, count, group, directory, parent);
        failure = errno;
        _exit(127);
    }
    const int cause = child < 0 ? errno : failure;
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    if (child > 0 && cause != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    }
    errno = cause;
    return cause == 0 ? child : -1;
}

const char *clinux_signal_name(int number) { return sigabbrev_np(number); }

int clinux_memory_file(void) { return memfd_create("mpifutures", MFD_CLOEXEC); }

int clinux_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

long clinux_peer_user(int socket) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? (long)peer.uid : -1;
}

int clinux_check_executable(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return -1;
    if (!S_ISREG(status.st_mode)) {
        errno = S_ISDIR(status.st_mode) ? EISDIR : EACCES;
        return -1;
    }
    return access(path, X_OK);
}

void clinux_die_with_parent(int parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
}

int clinux_peer_process(int socket) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0 ? (int)peer.pid : -1;
}

bool clinux_has_stopped(int process) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)process, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 && info.si_pid == process;
}

int clinux_poll(void *polled, unsigned long count, uint64_t nanoseconds) {
    struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    return ppoll(polled, count, nanoseconds == UINT64_MAX ? NULL : &time, NULL);
}

int clinux_open_process(int process) {
#ifdef SYS_pidfd_open
    // The kernel closes this descriptor when the process executes a program.
    return (int)syscall(SYS_pidfd_open, process, 0);
#else
    errno = ENOSYS;
    return -1;
#endif
}
