// Functions that run when a signal kills the process by its own fault.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS};
enum { signal_count = sizeof signals / sizeof *signals, MOST_FUNCTIONS = 4 };

static struct sigaction earlier[signal_count];
static clinux_crash_function _Atomic functions[MOST_FUNCTIONS];

static void handle(int number, siginfo_t *info, void *context) {
    (void)context;
    const int error = errno;
    // What `kill` sends to the process may come to another thread than the call's. The call would go on, and might
    // return, while the functions run here.
    const int is_own_fault = info->si_code != SI_USER;
    for (int index = 0; is_own_fault && index < MOST_FUNCTIONS; index += 1) {
        const clinux_crash_function function = atomic_load(&functions[index]);
        if (function) function(number, error);
    }
    for (int index = 0; index < signal_count; index += 1) {
        if (signals[index] == number) sigaction(number, &earlier[index], NULL);
    }
    errno = error;
    // A fault comes again when the instruction is repeated. Other signals are sent again.
    if (info->si_code <= 0 || number == SIGABRT || number == SIGSYS) raise(number);
}

void clinux_at_crash(clinux_crash_function function) {
    for (int index = 0; index < MOST_FUNCTIONS; index += 1) {
        clinux_crash_function expected = NULL;
        if (atomic_compare_exchange_strong(&functions[index], &expected, function) || expected == function) break;
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < signal_count; index += 1) {
        struct sigaction current;
        // Another library may have installed a handler since.
        if (sigaction(signals[index], NULL, &current) != 0 || current.sa_sigaction == handle) continue;
        earlier[index] = current;
        sigaction(signals[index], &action, NULL);
    }
}
