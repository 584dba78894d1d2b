// The end of a control group: its processes are killed, and its directory is removed, also after the death of all
// processes that know of it.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

/// The longest path of a file in a group.
enum { longest = 4096 };

/// Between two tries to remove a directory, in milliseconds.
enum { interval = 2 };

static int64_t milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/// Opens a file of a group. Returns -1 on failure.
static int open_file(const char *group, const char *name, int flags) {
    char path[longest];
    const size_t length = strlen(group);
    if (length + strlen(name) + 2 > sizeof path) return -1;
    memcpy(path, group, length);
    path[length] = '/';
    strcpy(path + length + 1, name);
    return open(path, flags | O_CLOEXEC);
}

static void kill_members(const char *group) {
    const int all = open_file(group, "cgroup.kill", O_WRONLY);
    if (all >= 0) {
        const ssize_t written = write(all, "1", 1);
        close(all);
        if (written == 1) return;
    }
    const int members = open_file(group, "cgroup.procs", O_RDONLY);
    if (members < 0) return;
    char text[1024];
    long process = 0;
    ssize_t count;
    while ((count = read(members, text, sizeof text)) > 0) {
        for (ssize_t index = 0; index < count; index++) {
            if (text[index] >= '0' && text[index] <= '9') {
                process = 10 * process + (text[index] - '0');
            } else {
                // A process of another PID namespace has the number 0, which would be this process's own group.
                if (process > 1) kill((pid_t)process, SIGKILL);
                process = 0;
            }
        }
    }
    close(members);
}

int clinux_end_group(const char *group, int timeout) {
    const int64_t begin = milliseconds();
    while (rmdir(group) != 0) {
        if (errno == ENOENT) break;
        if (milliseconds() - begin > timeout) return -1;
        kill_members(group);
        poll(NULL, 0, interval);
    }
    return 0;
}

/// Reads a number from a text, and what is behind it.
static unsigned long number(const char **text, int base) {
    unsigned long value = 0;
    for (;; *text += 1) {
        const char digit = **text;
        const int is_letter = digit >= 'a' && digit <= 'f';
        if (!is_letter && (digit < '0' || digit > '9')) return value;
        value = value * (unsigned long)base + (unsigned long)(is_letter ? digit - 'a' + 10 : digit - '0');
    }
}

bool clinux_is_delegated(const char *path) {
    char value;
    // Managers of users cannot set the other attribute.
    return (getxattr(path, "user.delegate", &value, 1) == 1 && value == '1')
        || (getxattr(path, "trusted.delegate", &value, 1) == 1 && value == '1');
}

/// Gives back the memory of a line of /proc/self/maps, if that is data of this process alone and not this thread's stack.
static void drop_range(const char *line, uintptr_t here) {
    enum { least = 1 << 20 };
    const unsigned long from = number(&line, 16);
    if (*line++ != '-') return;
    const unsigned long to = number(&line, 16);
    if (strncmp(line, " rw-p ", 6) != 0) return;
    // The offset, the device, and the inode, which is 0 if there is no file.
    for (int spaces = 0; *line && spaces < 4; line++) spaces += *line == ' ';
    if (*line != '0' || to - from < least || (from <= here && here < to)) return;
    madvise((void *)from, to - from, MADV_DONTNEED);
}

/// Gives back the memory that this process has been forked with. Its parent would have to copy each page otherwise that it
/// writes, and this process would keep what the parent has freed. Nothing but system calls may follow.
static void drop_memory(void) {
    static char text[1 << 14];
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    const int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (maps < 0) return;
    size_t filled = 0;
    ssize_t count;
    while ((count = read(maps, text + filled, sizeof text - 1 - filled)) > 0) {
        filled += (size_t)count;
        text[filled] = 0;
        char *line = text, *end;
        for (; (end = strchr(line, '\n')); line = end + 1) {
            *end = 0;
            drop_range(line, here);
        }
        filled -= (size_t)(line - text);
        memmove(text, line, filled);
    }
    close(maps);
}

/// Waits until a process has ended, or a time in milliseconds has passed. Returns whether it has ended.
static int has_ended(int process, int timeout) {
    struct pollfd polled = {.fd = process, .events = POLLIN};
    return poll(&polled, 1, timeout) > 0;
}

/// How long the owner may take to remove the group, and how long it is tried in its place, in milliseconds.
enum { owners_time = 1000, own_time = 10000 };

/// Waits for the end of a process, and removes its group if the owner does not. The descriptors of both are 0 and 1.
static void watch(const char *group) {
    while (!has_ended(0, -1)) {}
    const int64_t begin = milliseconds();
    while (!has_ended(1, interval)) {
        if (access(group, F_OK) != 0) return;
        if (milliseconds() - begin > owners_time) break;
    }
    clinux_end_group(group, own_time);
}

int clinux_watch_group(const char *path) {
    static char group[longest];
    if (strlen(path) >= sizeof group) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(group, path);
    const int process = clinux_open_process(getpid()), owner = clinux_open_process(getppid());
    if (process < 0 || owner < 0) {
        if (process >= 0) close(process);
        return -1;
    }
    sigset_t all, former;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    // It runs no handlers, neither of signals nor of forks, and no function that needs a lock.
    const pid_t child = _Fork();
    if (child == 0) {
        // Nobody's child, since a call may wait for all children of its own.
        if (_Fork() != 0) _exit(0);
        setsid();
        if (chdir("/") != 0 || dup2(process, 0) < 0 || dup2(owner, 1) < 0) _exit(1);
        close_range(2, ~0U, 0);
        prctl(PR_SET_NAME, "mpif-group");
        drop_memory();
        watch(group);
        _exit(0);
    }
    const int cause = errno;
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    close(process);
    close(owner);
    if (child > 0) while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    errno = cause;
    return child > 0 ? 0 : -1;
}
