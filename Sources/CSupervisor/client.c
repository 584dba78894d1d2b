// The worker's half.

#define _GNU_SOURCE
#include "CSupervisor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/// Sends all bytes; a supervisor that has ended is an error, and no signal.
static int send_all(int socket, const void *bytes, size_t size) {
    const char *next = bytes;
    while (size > 0) {
        const ssize_t count = send(socket, next, size, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        next += count;
        size -= (size_t)count;
    }
    return 0;
}

int csupervisor_send_run(
    int socket, const void *words, size_t size, uint32_t word_count, const int *descriptors, int descriptor_count,
    int has_input
) {
    struct csupervisor_request request = {
        .kind = CSUPERVISOR_RUN, .word_count = word_count, .size = size, .has_input = (uint64_t)has_input
    };
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(5 * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    const size_t length = (size_t)descriptor_count * sizeof(int);
    struct iovec part = {.iov_base = &request, .iov_len = sizeof request};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(length)
    };
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(length);
    memcpy(CMSG_DATA(head), descriptors, length);
    ssize_t count;
    while ((count = sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) {}
    if (count < 0) return -1;
    // The descriptors have gone with the first byte.
    if (send_all(socket, (const char *)&request + count, sizeof request - (size_t)count) != 0) return -1;
    return send_all(socket, words, size);
}

int csupervisor_send_kill(int socket) {
    const struct csupervisor_request request = {.kind = CSUPERVISOR_KILL};
    return send_all(socket, &request, sizeof request);
}
