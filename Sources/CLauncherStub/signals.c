// Signals as the user has set them. Noted in the executable, since UCX has changed SIGHUP when the library is loaded.

#define _GNU_SOURCE
#include "CLauncherStub.h"

#include <signal.h>
#include <stdlib.h>

static uint64_t ignored_at_start, blocked_at_start;

static uint64_t bit(int number) { return UINT64_C(1) << (number - 1); }

__attribute__((constructor)) static void note_signals(void) {
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < NSIG; number++) {
        if (sigismember(&blocked, number) == 1) blocked_at_start |= bit(number);
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0 || action.sa_flags & SA_SIGINFO) continue;
        if (action.sa_handler == SIG_IGN) ignored_at_start |= bit(number);
    }
    ignored_at_start &= ~bit(SIGCHLD);
    if (getenv("PMI_FD") || getenv("PMI_PORT")) ignored_at_start &= ~bit(SIGTTIN);
}

void clauncherstub_get_signals_at_start(uint64_t *ignored, uint64_t *blocked) {
    *ignored = ignored_at_start;
    *blocked = blocked_at_start;
}
