// Replaces functions of the C library that end a process or a thread silently, so that the job is told first.
//
// The linker finds these functions before the C library's in a program that is linked with this library. For plugins,
// the launcher's executable has functions of the same names, which call these. See
// Docs/Decisions/0017-premature-ends.md.

#define _GNU_SOURCE
#include "CLinux.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static clinux_exit_observer exit_observer;
static clinux_thread_exit_observer thread_exit_observer;
static pid_t owner;

/// Whether the process needs this thread.
static __thread int is_needed;

static void observe_quick_exit(void) {
    if (exit_observer && getpid() == owner) exit_observer("quick_exit", -1);
}

void clinux_observe_ends(clinux_exit_observer exits, clinux_thread_exit_observer thread_exits) {
    owner = getpid();
    exit_observer = exits;
    thread_exit_observer = thread_exits;
    at_quick_exit(observe_quick_exit);
}

void clinux_need_thread(int needed) { is_needed = needed; }

int clinux_is_main_thread(void) { return getpid() == gettid(); }

void clinux_end_now(int status) {
    while (1) syscall(SYS_exit_group, status);
}

#pragma GCC visibility push(default)

__attribute__((noreturn)) void _exit(int status) {
    if (exit_observer && getpid() == owner) exit_observer("_exit", status);
    clinux_end_now(status);
    __builtin_unreachable();
}

__attribute__((noreturn)) void _Exit(int status) { _exit(status); }

/// Returns whether the caller is Swift's main thread, which ends this way when an asynchronous program begins. The
/// process lives on then.
static int is_dispatch_main(const void *caller) {
    Dl_info info;
    return dladdr(caller, &info) && info.dli_sname && strcmp(info.dli_sname, "dispatch_main") == 0;
}

__attribute__((noreturn)) void mpifutures_end_thread(void *value, const void *caller) {
    if (is_needed && thread_exit_observer && getpid() == owner && !is_dispatch_main(caller)) thread_exit_observer();
    // The library's handle is used, because the C library may precede this one in the order of look-ups.
    void *library = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
    void (*end)(void *) = (void (*)(void *))dlsym(library ? library : RTLD_NEXT, "pthread_exit");
    if (end) end(value);
    abort();
}

__attribute__((noreturn)) void pthread_exit(void *value) { mpifutures_end_thread(value, __builtin_return_address(0)); }

#pragma GCC visibility pop
