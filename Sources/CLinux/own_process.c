// Handlers that run only in the process that registered them. A forked process inherits exit handlers and signal
// handlers, but not the threads that they need.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

// MARK: The end of the process

/// The argument of `on_exit`: a function, and the process that registered it.
struct registration {
    void (*function)(int status);
    pid_t owner;
};

static void run_in_owner(int status, void *argument) {
    const struct registration *registration = argument;
    // The process ID is not cached, because a child may share its parent's memory. Only the kernel can tell them apart.
    if (getpid() == registration->owner) registration->function(status);
}

int clinux_on_exit(void (*function)(int status)) {
    // The memory is freed by the end of the process.
    struct registration *registration = malloc(sizeof *registration);
    if (!registration) return -1;
    *registration = (struct registration){.function = function, .owner = getpid()};
    return on_exit(run_in_owner, registration);
}

// MARK: Signals

struct reaction {
    clinux_signal_handler handler;
    struct sigaction former;
    pid_t owner;
};

static struct reaction reactions[NSIG];

/// Returns whether an instruction caused the signal, so that it recurs when the handler returns.
static int comes_again(int number, const siginfo_t *info) {
    switch (number) {
    case SIGILL: case SIGTRAP: case SIGBUS: case SIGFPE: case SIGSEGV: return info->si_code > 0;
    default: return 0;
    }
}

static void react_in_owner(int number, siginfo_t *info, void *context) {
    const struct reaction *reaction = &reactions[number];
    if (getpid() == reaction->owner) {
        reaction->handler(number, info, context);
        return;
    }
    const int error = errno;
    sigaction(number, &reaction->former, NULL);
    // The raised signal is blocked until this handler returns.
    if (!comes_again(number, info)) raise(number);
    errno = error;
}

int clinux_on_signal(int number, int flags, clinux_signal_handler handler, struct sigaction *former) {
    struct reaction *reaction = &reactions[number];
    struct sigaction current;
    if (sigaction(number, NULL, &current) != 0) return -1;
    const int is_own = current.sa_flags & SA_SIGINFO && current.sa_sigaction == react_in_owner;
    if (!is_own) reaction->former = current;
    if (former) *former = reaction->former;
    reaction->handler = handler;
    reaction->owner = getpid();
    struct sigaction action = {.sa_sigaction = react_in_owner, .sa_flags = flags | SA_SIGINFO};
    return sigaction(number, &action, NULL);
}

// MARK: Copies

static int fork_count;

static void count_fork(void) { fork_count++; }

__attribute__((constructor)) static void count_forks(void) { pthread_atfork(NULL, NULL, count_fork); }

int clinux_fork_count(void) { return __atomic_load_n(&fork_count, __ATOMIC_RELAXED); }
