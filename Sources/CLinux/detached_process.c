#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

int clinux_spawn_detached(
    int *process, const char *file, char *const arguments[], char *const environment[],
    const char *in, const char *out, const char *note
) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    const int writing = O_WRONLY | O_CREAT | O_APPEND;
    posix_spawn_file_actions_addopen(&files, 0, in, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, out, writing, S_IRUSR | S_IWUSR);
    posix_spawn_file_actions_addopen(&files, 2, out, writing, S_IRUSR | S_IWUSR);
    if (note != NULL) posix_spawn_file_actions_addopen(&files, 3, note, O_WRONLY | O_NONBLOCK, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, note != NULL ? 4 : 3);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    );
    const int failure = posix_spawnp(process, file, &files, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return failure;
}

void clinux_wait_for_end(int child) {
    siginfo_t information;
    while (waitid(P_PID, (id_t)child, &information, WEXITED | WNOWAIT) < 0 && errno == EINTR) {}
}
