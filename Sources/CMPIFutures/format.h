/* Values described by a format, turned into CBOR. */
#ifndef MPIFUTURES_FORMAT_H
#define MPIFUTURES_FORMAT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Bytes that grow; the first ones need no allocation. */
struct buffer {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    uint8_t inner[256];
};

enum purpose {
    /* The items are arguments: an array, or the map that the only item is. */
    FOR_ARGUMENTS,
    /* One item is a value, several are a list. */
    FOR_VALUE
};

/* Builds what a format and the arguments that it speaks of describe.
 *
 * Returns 0 and the bytes, `*size` of them from `*start` on, within `buffer`, which the caller has to release in any case;
 * or a status, with the thread's error set. */
int build(
    struct buffer *buffer, enum purpose purpose, const char *format, va_list arguments,
    const uint8_t **start, size_t *size);

void release(struct buffer *buffer);

#pragma GCC visibility pop

#endif
