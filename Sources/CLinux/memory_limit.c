#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

static _Atomic(uint32_t *) flag;
static uint64_t limit;
/// The limit without a call's.
static rlim_t former;

// The bytes of data that this process has, by /proc/self/statm, whose sixth number counts pages. Safe in a handler.
static uint64_t data_size(void) {
    char text[256];
    const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    const ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    uint64_t number = 0;
    int field = 0;
    for (ssize_t index = 0; index < count; index += 1) {
        if (text[index] >= '0' && text[index] <= '9') {
            number = 10 * number + (uint64_t)(text[index] - '0');
        } else {
            if (field == 5) break;
            field += 1;
            number = 0;
        }
    }
    return field == 5 ? number * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static void handle_crash(int number, int error) {
    // No process ends by these for want of memory.
    if (number == SIGFPE || number == SIGSYS) return;
    uint32_t *const place = atomic_load(&flag);
    if (place != NULL && (error == ENOMEM || data_size() >= limit / 8 * 7)) *place = 1;
}

int clinux_begin_memory_limit(uint64_t bytes, uint32_t *place) {
    static int is_installed = 0;
    if (!is_installed) {
        is_installed = 1;
        clinux_at_crash(handle_crash);
    }
    struct rlimit data;
    if (getrlimit(RLIMIT_DATA, &data) != 0) return -1;
    limit = bytes;
    atomic_store(&flag, place);
    former = data.rlim_cur;
    if (bytes < data.rlim_cur) data.rlim_cur = bytes;
    errno = 0;
    return setrlimit(RLIMIT_DATA, &data);
}

void clinux_end_memory_limit(void) {
    struct rlimit data;
    if (getrlimit(RLIMIT_DATA, &data) == 0) {
        data.rlim_cur = former;
        setrlimit(RLIMIT_DATA, &data);
    }
    atomic_store(&flag, NULL);
}

uint64_t clinux_suspend_memory_limit(void) {
    if (atomic_load(&flag) == NULL) return 0;
    struct rlimit data;
    if (getrlimit(RLIMIT_DATA, &data) != 0) return 0;
    const uint64_t bytes = data.rlim_cur;
    data.rlim_cur = former;
    return setrlimit(RLIMIT_DATA, &data) == 0 ? bytes : 0;
}

void clinux_resume_memory_limit(uint64_t bytes) {
    struct rlimit data;
    if (bytes == 0 || getrlimit(RLIMIT_DATA, &data) != 0) return;
    data.rlim_cur = bytes;
    setrlimit(RLIMIT_DATA, &data);
}
