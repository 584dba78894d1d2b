// The signals that a process was started with, as the user has set them.
//
// Each binary that includes this header notes them when it is loaded: the library, and the launcher's executable, which
// is loaded before UCX changes SIGHUP. The executable must not link CLinux, which defines `_exit`.

#ifndef SIGNALS_AT_START_H
#define SIGNALS_AT_START_H

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

/// The signals that were ignored, and those that were blocked. The lowest bit stands for signal 1.
static uint64_t ignored_at_start, blocked_at_start;

static inline uint64_t signal_bit(int number) { return UINT64_C(1) << (number - 1); }

__attribute__((constructor)) static void note_signals(void) {
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < NSIG; number++) {
        if (sigismember(&blocked, number) == 1) blocked_at_start |= signal_bit(number);
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0 || action.sa_flags & SA_SIGINFO) continue;
        if (action.sa_handler == SIG_IGN) ignored_at_start |= signal_bit(number);
    }
    // A program that waits for its children needs their statuses; `xargs` does the same.
    ignored_at_start &= ~signal_bit(SIGCHLD);
    // MPICH's process manager ignores it, and not on behalf of the user.
    if (getenv("PMI_FD") || getenv("PMI_PORT")) ignored_at_start &= ~signal_bit(SIGTTIN);
}

#endif
