// UCX and the signals of a crash.

#define _GNU_SOURCE
#include "CMPI.h"

#include <dlfcn.h>
#include <stdlib.h>

void cmpi_release_crash_signals(void) {
    // UCX reads the variable when it is loaded, which happens before `main` in a program that is linked with MPI.
    // Setting the variable here would be too late, and UCX would warn about it. UCX has already obeyed a value that the
    // user has set.
    if (getenv("UCX_ERROR_SIGNALS")) return;
    void (*disable)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "ucs_debug_disable_signals");
    if (disable) disable();
}
