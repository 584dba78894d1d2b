// What a process has printed without an end of line when it crashes. The C library would lose it.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <unistd.h>

// Writes all bytes that the stream takes.
static void write_all(int file, const char *bytes, size_t size) {
    while (size > 0) {
        const ssize_t count = write(file, bytes, size);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        bytes += count;
        size -= (size_t)count;
    }
}

void clinux_write_last_output(void) {
    // The lock of the stream is not taken: the crashed thread may have it. After a crash the fields may be anything.
    FILE *const stream = stdout;
    if (!stream) return;
    const char *const begin = stream->_IO_write_base;
    const char *const end = stream->_IO_write_ptr;
    if (!begin || end <= begin || end > stream->_IO_buf_end || begin < stream->_IO_buf_base) return;
    const int has_end_of_line = end[-1] == '\n';
    // If a handler lets the process go on, the bytes are not written again.
    stream->_IO_write_ptr = stream->_IO_write_base;
    write_all(stream->_fileno, begin, (size_t)(end - begin));
    // The line of another process may follow.
    if (!has_end_of_line) write_all(stream->_fileno, "\n", 1);
}

static void write_at_crash(int number, int error) {
    (void)number;
    (void)error;
    clinux_write_last_output();
}

void clinux_write_last_output_at_crash(void) { clinux_at_crash(write_at_crash); }
