// A child that goes on with this program's code, and descriptors that are passed to it.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int clinux_thread_count(void) {
    struct stat tasks;
    // The directory has a subdirectory for each thread.
    return stat("/proc/self/task", &tasks) == 0 ? (int)tasks.st_nlink - 2 : -1;
}

int clinux_fork(const int descriptors[], int count) {
    const pid_t parent = getpid();
    // The child would write it once more.
    fflush(stdout);
    const pid_t child = fork();
    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) clinux_end_now(127);
    setsid();
    for (int place = 0; place < count; place++) {
        if (dup2(descriptors[place], place) < 0) clinux_end_now(127);
        if (place > STDERR_FILENO) fcntl(place, F_SETFD, FD_CLOEXEC);
    }
    close_range(count, ~0U, 0);
    return 0;
}

int clinux_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends); }

enum { MOST_DESCRIPTORS = 4 };

/// Room for descriptors beside a message.
union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
};

int clinux_send_with_descriptors(int socket, const void *bytes, size_t size, const int descriptors[], int count) {
    if (count > MOST_DESCRIPTORS) {
        errno = EINVAL;
        return -1;
    }
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
    union control control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = CMSG_SPACE(count * sizeof(int)),
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    ssize_t sent;
    while ((sent = sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) {}
    return sent == (ssize_t)size ? 0 : -1;
}

long clinux_receive_with_descriptors(int socket, void *bytes, size_t size, int descriptors[], int count) {
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    union control control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control,
    };
    ssize_t received;
    while ((received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {}
    if (received <= 0) return received;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    const int arrived =
        header && header->cmsg_type == SCM_RIGHTS ? (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int)) : 0;
    if (arrived != count) {
        for (int index = 0; index < arrived; index++) close(((const int *)CMSG_DATA(header))[index]);
        errno = EPROTO;
        return -1;
    }
    memcpy(descriptors, CMSG_DATA(header), count * sizeof(int));
    return received;
}
