// The supervisor's half.

#define _GNU_SOURCE
#include "CSupervisor.h"
#include "descendants.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// How long descendants have between SIGTERM and SIGKILL, and how long it is tried to kill them, in milliseconds.
enum { grace = 500, limit = 5000, interval = 10 };

/// The worker's socket: standard input.
enum { worker = 0 };

/// At most: the directory, the three streams, and the command's descriptor 3.
enum { most_descriptors = 5 };

static sigset_t inherited_mask;
static int nothing, child_signals, worker_process;
/// The process group of commands; 0 if each has one of its own.
static pid_t group;
/// The command that runs; 0 if none does.
static pid_t command;

static int64_t milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void reply(int32_t kind, int32_t value) {
    const struct csupervisor_reply reply = {.kind = kind, .value = value};
    // The message is small and the only one in transit, so it is sent whole.
    while (send(worker, &reply, sizeof reply, MSG_NOSIGNAL) < 0 && errno == EINTR) {}
}

/// Takes the status of all processes that have ended: commands, and what they have left behind. Returns whether
/// children are left.
static int reap(void) {
    int status;
    pid_t ended;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
        if (ended != command) continue;
        command = 0;
        reply(CSUPERVISOR_ENDED, status);
    }
    return ended == 0;
}

static void drain_child_signals(void) {
    struct signalfd_siginfo signals[8];
    while (read(child_signals, signals, sizeof signals) > 0) {}
}

/// Ends all descendants: SIGTERM, and SIGKILL for those that are left some time later.
static void end_descendants(void) {
    const int64_t begin = milliseconds();
    for (int is_told = 0; reap(); is_told = 1) {
        const int64_t passed = milliseconds() - begin;
        // A process that cannot be killed is another user's, or waits for a device.
        if (passed > limit) return;
        if (!is_told) {
            signal_descendants(getpid(), 0, SIGTERM);
            // A stopped process hears nothing else.
            signal_descendants(getpid(), 0, SIGCONT);
        } else if (passed > grace) {
            signal_descendants(getpid(), 0, SIGKILL);
        }
        struct pollfd polled = {.fd = child_signals, .events = POLLIN};
        poll(&polled, 1, interval);
        drain_child_signals();
    }
}

/// The descriptors of a command.
struct places {
    int directory, input, output, errors;
    /// -1 if there is none.
    int third;
};

/// Turns the child into another program. The child runs in the memory of its parent, which waits meanwhile.
static void become(const char *file, char *const arguments[], const struct places *places, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    setpgid(0, group);
    if (fchdir(places->directory) != 0) return;
    // All descriptors are above 2, and closed in the program. The copies are not.
    if (dup2(places->input, 0) < 0 || dup2(places->output, 1) < 0 || dup2(places->errors, 2) < 0) return;
    if (places->third >= 0) {
        // Where it stands at its place already, a copy to that place would leave it to be closed.
        if (places->third == 3 ? fcntl(3, F_SETFD, 0) < 0 : dup2(places->third, 3) < 0) return;
    }
    sigprocmask(SIG_SETMASK, &inherited_mask, NULL);
    execvpe(file, arguments, environ);
}

static void start(const char *file, char *const arguments[], const struct places *places) {
    const pid_t parent = getpid();
    // Written by the child, in the memory that both have.
    volatile int failure = 0;
    const pid_t child = vfork();
    if (child == 0) {
        become(file, arguments, places, parent);
        failure = errno;
        _exit(127);
    }
    if (child > 0 && failure == 0) {
        command = child;
        return;
    }
    const int cause = child < 0 ? errno : failure;
    if (child > 0) waitpid(child, NULL, 0);
    reply(CSUPERVISOR_FAILED, cause);
}

static int receive_all(void *bytes, size_t size) {
    char *next = bytes;
    while (size > 0) {
        const ssize_t count = read(worker, next, size);
        if (count <= 0) return -1;
        next += count;
        size -= (size_t)count;
    }
    return 0;
}

/// Receives a request with its descriptors, which are closed in programs. Returns -1 when there is none any more.
static int receive(struct csupervisor_request *request, int descriptors[most_descriptors], int *count) {
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(most_descriptors * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = request, .iov_len = sizeof *request};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };
    const ssize_t received = recvmsg(worker, &message, MSG_CMSG_CLOEXEC);
    if (received <= 0) return -1;
    *count = 0;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        *count = (int)((head->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(descriptors, CMSG_DATA(head), (size_t)*count * sizeof(int));
    }
    return receive_all((char *)request + received, sizeof *request - (size_t)received);
}

/// Reads the words of a command and starts it. Returns -1 if the worker is no more.
static int run(const struct csupervisor_request *request, const int descriptors[], int count) {
    char *text = malloc(request->size + 1);
    char **words = malloc(((size_t)request->word_count + 1) * sizeof *words);
    if (!text || !words || receive_all(text, request->size) != 0) return -1;
    text[request->size] = 0;
    char *next = text;
    for (uint32_t index = 0; index < request->word_count; index++) {
        words[index] = next;
        next += strlen(next) + 1;
    }
    words[request->word_count] = NULL;
    const int has_input = request->has_input != 0;
    const struct places places = {
        .directory = descriptors[0],
        .output = descriptors[1],
        .errors = descriptors[2],
        .input = has_input ? descriptors[3] : nothing,
        .third = count > 3 + has_input ? descriptors[3 + has_input] : -1,
    };
    start(words[0], words + 1, &places);
    free(text);
    free(words);
    return 0;
}

/// Serves one request. Returns -1 if the worker is no more.
static int serve_request(void) {
    struct csupervisor_request request;
    int descriptors[most_descriptors], count = 0;
    int result = receive(&request, descriptors, &count);
    if (result == 0 && request.kind == CSUPERVISOR_RUN) result = run(&request, descriptors, count);
    for (int index = 0; index < count; index++) close(descriptors[index]);
    if (result == 0 && request.kind == CSUPERVISOR_KILL && command != 0) signal_descendants(command, 1, SIGKILL);
    return result;
}

/// Leaves the worker's process group, and becomes nobody's child, since the worker's program may wait for all its
/// children.
static void leave_family(void) {
    // A descriptor of the worker's process: its end shows even if a child of it holds the socket.
    worker_process = (int)syscall(SYS_pidfd_open, getppid(), 0);
    if (worker_process >= 0) fcntl(worker_process, F_SETFD, FD_CLOEXEC);
    // With a terminal, commands are of the worker's group: they may read from the terminal, and get its signals.
    // Without one, a group of its own keeps the process manager from killing a command before it could clean up.
    const int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    group = terminal < 0 ? 0 : getpgrp();
    if (terminal >= 0) close(terminal);
    if (fork() != 0) _exit(0);
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "mpif-supervisor");
}

int csupervisor_serve(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &inherited_mask);
    leave_family();
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    child_signals = signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC);
    nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct pollfd polled[] = {
        {.fd = worker, .events = POLLIN},
        {.fd = child_signals, .events = POLLIN},
        {.fd = worker_process, .events = POLLIN},
    };
    while (child_signals >= 0 && nothing >= 0) {
        if (poll(polled, 3, -1) < 0) continue;
        if (polled[1].revents != 0) {
            drain_child_signals();
            reap();
        }
        if (polled[2].revents != 0) break;
        if (polled[0].revents != 0 && serve_request() != 0) break;
    }
    end_descendants();
    return 0;
}
