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
    /* What was built of them: `size` bytes from `item` on. */
    const uint8_t *item;
    size_t size;
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
 * Returns 0, or a status, with the thread's error set. The caller has to release `buffer` in any case. */
int build(struct buffer *buffer, enum purpose purpose, const char *format, va_list arguments);

void release(struct buffer *buffer);

#pragma GCC visibility pop

#endif
