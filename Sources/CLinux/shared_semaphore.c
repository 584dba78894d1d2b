// A semaphore between processes that do not trust each other: whatever is written to its word, no call fails.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void clinux_post_shared(uint32_t *word) {
    const int error = errno;
    __atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
    errno = error;
}

bool clinux_wait_shared(uint32_t *word, uint64_t deadline) {
    const struct timespec time = {(time_t)(deadline / 1000000000), (long)(deadline % 1000000000)};
    for (;;) {
        if (__atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST) != 0) return true;
        // An absolute time of the monotonic clock.
        const long result = syscall(
            SYS_futex, word, FUTEX_WAIT_BITSET, 0, deadline == UINT64_MAX ? NULL : &time, NULL,
            FUTEX_BITSET_MATCH_ANY
        );
        if (result != 0 && errno != EAGAIN && errno != EINTR)
            return __atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST) != 0;
    }
}
