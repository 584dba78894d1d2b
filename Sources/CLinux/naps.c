// Naps of a thread inside a call that would keep its core.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/// How many threads nap now, by which signal, and what that signal did before. Guarded by the lock.
static int napper_count;
static int nap_signal;
static struct sigaction former_action;

static struct timespec microseconds(long count) {
    return (struct timespec){.tv_sec = count / 1000000, .tv_nsec = count % 1000000 * 1000};
}

/// Arms the timer for one nap. A periodic timer would be due again when a nap ends that is as long as the period, and
/// the thread would do nothing but nap.
static void arm(const struct clinux_naps *naps) {
    struct itimerspec next = {.it_value = microseconds(naps->interval)};
    timer_settime(naps->timer, 0, &next, NULL);
}

/// The signal's handler: `nanosleep` and `timer_settime` are async-signal-safe.
static void nap(int number, siginfo_t *info, void *context) {
    (void)number, (void)context;
    if (info->si_code != SI_TIMER) return;
    const struct clinux_naps *naps = info->si_value.sival_ptr;
    if (naps->is_over) return;
    const int saved = errno;
    struct timespec length = microseconds(naps->length);
    nanosleep(&length, NULL);
    arm(naps);
    errno = saved;
}

/// Returns a real-time signal that the process does nothing with; 0 if there is none.
///
/// One that this thread has blocked may be meant for `sigwait`. It is second choice, for threads that block all
/// signals.
static int unused_signal(void) {
    int second_choice = 0;
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    for (int number = SIGRTMAX; number >= SIGRTMIN; number--) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0) continue;
        if ((action.sa_flags & SA_SIGINFO) || action.sa_handler != SIG_DFL) continue;
        if (!sigismember(&blocked, number)) return number;
        if (second_choice == 0) second_choice = number;
    }
    return second_choice;
}

/// Installs the handler for the first napper. Returns whether there is one.
static int acquire_signal(void) {
    pthread_mutex_lock(&lock);
    int is_there = napper_count > 0;
    if (!is_there && (nap_signal = unused_signal()) != 0) {
        struct sigaction action = {.sa_sigaction = nap, .sa_flags = SA_RESTART | SA_SIGINFO};
        sigemptyset(&action.sa_mask);
        is_there = sigaction(nap_signal, &action, &former_action) == 0;
    }
    if (is_there) napper_count++;
    pthread_mutex_unlock(&lock);
    return is_there;
}

/// Removes the handler after the last napper.
static void release_signal(void) {
    pthread_mutex_lock(&lock);
    if (--napper_count == 0) sigaction(nap_signal, &former_action, NULL);
    pthread_mutex_unlock(&lock);
}

static void end(struct clinux_naps *naps) {
    release_signal();
    pthread_sigmask(SIG_SETMASK, &naps->former_mask, NULL);
    naps->is_running = 0;
}

void clinux_begin_naps(struct clinux_naps *naps, long interval, long length) {
    *naps = (struct clinux_naps){.interval = interval, .length = length};
    if (!acquire_signal()) return;
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, nap_signal);
    pthread_sigmask(SIG_UNBLOCK, &own, &naps->former_mask);
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = nap_signal;
    event.sigev_value.sival_ptr = naps;
    // `sigev_notify_thread_id`, for which not every glibc has a name.
    event._sigev_un._tid = gettid();
    naps->is_running = 1;
    if (timer_create(CLOCK_MONOTONIC, &event, &naps->timer) == 0) arm(naps); else end(naps);
}

void clinux_end_naps(struct clinux_naps *naps) {
    if (!naps->is_running) return;
    naps->is_over = 1;
    // A signal that is under way reaches this thread before the call returns.
    timer_delete(naps->timer);
    end(naps);
}
