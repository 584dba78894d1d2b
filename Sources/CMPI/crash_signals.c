// UCX and the signals of a crash.

#define _GNU_SOURCE
#include "CMPI.h"

#include <dlfcn.h>
#include <stdlib.h>

void cmpi_release_crash_signals(void) {
    // UCX reads the variable when it is loaded, which for a program that is linked with MPI is
    // before main. So it is too late to set it here, and UCX would even warn about that. What the
    // user has set has been obeyed already.
    if (getenv("UCX_ERROR_SIGNALS")) return;
    void (*disable)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "ucs_debug_disable_signals");
    if (disable) disable();
}
