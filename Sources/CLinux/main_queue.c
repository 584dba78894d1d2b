// Runs the main dispatch queue, and with it Swift's main actor, on a main thread that waits for something else.

#define _GNU_SOURCE
#include "CLinux.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <unistd.h>

int clinux_run_main_queue(int end) {
    // These functions are the ones that Foundation's run loop uses. Swift's concurrency loads libdispatch.
    void *library = dlopen("libdispatch.so", RTLD_NOW | RTLD_NOLOAD);
    if (!library) return -1;
    int (*get_handle)(void) = (int (*)(void))dlsym(library, "_dispatch_get_main_queue_handle_4CF");
    void (*drain)(void *) = (void (*)(void *))dlsym(library, "_dispatch_main_queue_callback_4CF");
    if (!get_handle || !drain) return -1;
    struct pollfd polled[] = {{.fd = get_handle(), .events = POLLIN}, {.fd = end, .events = POLLIN}};
    if (polled[0].fd < 0) return -1;
    // Drains the work that was queued before the handle existed.
    drain(NULL);
    while (1) {
        if (poll(polled, 2, -1) < 0 && errno != EINTR) return -1;
        if (polled[1].revents) return 0;
        if (!polled[0].revents) continue;
        uint64_t count;
        // The event is cleared before the work, so that work that is queued meanwhile causes another round.
        (void)!read(polled[0].fd, &count, sizeof count);
        drain(NULL);
    }
}
