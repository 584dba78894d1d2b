// The dynamic linker looks into the executable first: these come before the C library's in plugins too.
// Weak, for tests that hold launcher and library in one executable.

#define _GNU_SOURCE
#include "CLauncherStub.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void (*library_exit)(int status);
static void (*library_end_thread)(void *value, const void *caller);

void clauncherstub_pass_ends_to(void *library) {
    library_exit = (void (*)(int))dlsym(library, "_exit");
    library_end_thread = (void (*)(void *, const void *))dlsym(library, "mpifutures_end_thread");
}

__attribute__((weak, noreturn)) void _exit(int status) {
    if (library_exit) library_exit(status);
    while (1) syscall(SYS_exit_group, status);
}

__attribute__((weak, noreturn)) void _Exit(int status) { _exit(status); }

__attribute__((weak, noreturn)) void pthread_exit(void *value) {
    if (library_end_thread) library_end_thread(value, __builtin_return_address(0));
    abort();
}
