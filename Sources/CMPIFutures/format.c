#include "format.h"
#include "shims.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Major types and simple values (RFC 8949, section 3.1 and 3.3), in their place in the initial byte. */
enum { UNSIGNED = 0x00, NEGATIVE = 0x20, BYTES = 0x40, TEXT = 0x60, ARRAY = 0x80, MAP = 0xA0, TAG = 0xC0 };
enum { FALSE_ITEM = 0xF4, TRUE_ITEM = 0xF5, NULL_ITEM = 0xF6, DOUBLE_ITEM = 0xFB, BREAK = 0xFF };
/* An array or a map whose end a break marks. */
enum { INDEFINITE = 31 };

/* Typed arrays (RFC 8746, section 2.1): 64 and the bits f, s, e, ll. */
enum { FLOATS = 16, SIGNED = 8, LITTLE_ENDIAN_ORDER = 4 };

/* A format is the program's own, but a wrong one must not take the stack. */
enum { DEEPEST = 64 };

struct builder {
    struct buffer *buffer;
    const char *format;
    const char *at;
    int depth;
    /* In a structure, since a va_list as a parameter may be an array, and then be shared or copied. */
    va_list arguments;
};

static int list(struct builder *builder, char closing, int major, int *count);

/* ---- Bytes ---- */

static int reserve(struct buffer *buffer, size_t extra) {
    if (extra <= buffer->capacity - buffer->count) return 0;
    size_t needed = buffer->count + extra;
    if (needed < extra) return mpifutures_set_error(MPIFUTURES_INVALID, "the arguments are longer than memory");
    size_t capacity = buffer->capacity * 2 > needed ? buffer->capacity * 2 : needed;
    uint8_t *bytes = buffer->bytes == buffer->inner ? malloc(capacity) : realloc(buffer->bytes, capacity);
    if (!bytes) return mpifutures_set_error(MPIFUTURES_INVALID, "there is not enough memory for the arguments");
    if (buffer->bytes == buffer->inner) memcpy(bytes, buffer->inner, buffer->count);
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return 0;
}

void release(struct buffer *buffer) {
    if (buffer->bytes != buffer->inner) free(buffer->bytes);
}

static int put(struct buffer *buffer, uint8_t byte) {
    if (reserve(buffer, 1)) return MPIFUTURES_INVALID;
    buffer->bytes[buffer->count++] = byte;
    return 0;
}

static int put_bytes(struct buffer *buffer, const void *bytes, size_t count) {
    if (reserve(buffer, count)) return MPIFUTURES_INVALID;
    if (count) memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return 0;
}

static int put_big_endian(struct buffer *buffer, uint8_t initial, uint64_t number, int width) {
    uint8_t bytes[9] = {initial};
    for (int place = 0; place < width; place++) bytes[1 + place] = (uint8_t)(number >> 8 * (width - 1 - place));
    return put_bytes(buffer, bytes, 1 + (size_t)width);
}

static int put_head(struct buffer *buffer, int major, uint64_t argument) {
    if (argument < 24) return put(buffer, (uint8_t)(major | (int)argument));
    int exponent = argument <= UINT8_MAX ? 0 : argument <= UINT16_MAX ? 1 : argument <= UINT32_MAX ? 2 : 3;
    return put_big_endian(buffer, (uint8_t)(major | (24 + exponent)), argument, 1 << exponent);
}

/* ---- Items ---- */

static int complain(const struct builder *builder, const char *at, const char *problem) {
    char message[256];
    snprintf(
        message, sizeof message, "format \"%.100s\", character %zu: %s", builder->format,
        (size_t)(at - builder->format) + 1, problem);
    return mpifutures_set_error(MPIFUTURES_INVALID, message);
}

static int put_signed(struct builder *builder, long long number) {
    return number < 0 ? put_head(builder->buffer, NEGATIVE, ~(uint64_t)number)
                      : put_head(builder->buffer, UNSIGNED, (uint64_t)number);
}

static int put_double(struct builder *builder, double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return put_big_endian(builder->buffer, DOUBLE_ITEM, bits, 8);
}

static bool has_length(struct builder *builder) {
    if (*builder->at != '#') return false;
    builder->at++;
    return true;
}

/* Numbers of `1 << exponent` bytes each, as a typed array. */
static int put_numbers(struct builder *builder, int kind, size_t width) {
    const void *numbers = va_arg(builder->arguments, const void *);
    size_t count = va_arg(builder->arguments, size_t);
    if (!numbers && count) return mpifutures_set_error(MPIFUTURES_INVALID, "an array is NULL, and not empty");
    if (count > SIZE_MAX / width) return mpifutures_set_error(MPIFUTURES_INVALID, "an array is longer than memory");
    uint64_t exponent = kind == FLOATS ? (width == 4 ? 1 : 2) : width == 1 ? 0 : width == 2 ? 1 : width == 4 ? 2 : 3;
    const uint16_t probe = 1;
    bool is_little = *(const uint8_t *)&probe == 1;
    int order = is_little && width > 1 ? LITTLE_ENDIAN_ORDER : 0;
    if (put_head(builder->buffer, TAG, 64 | (uint64_t)kind | (uint64_t)order | exponent)) return MPIFUTURES_INVALID;
    if (put_head(builder->buffer, BYTES, count * width)) return MPIFUTURES_INVALID;
    return put_bytes(builder->buffer, numbers, count * width);
}

static int put_string(struct builder *builder, int major) {
    const char *string = va_arg(builder->arguments, const char *);
    size_t length = 0;
    if (has_length(builder)) {
        length = va_arg(builder->arguments, size_t);
        if (!string && length) return mpifutures_set_error(MPIFUTURES_INVALID, "a string is NULL, and not empty");
        // Bytes of no length may be nowhere; text that is nowhere is null.
        if (!string && major == BYTES) string = "";
    } else if (string) {
        length = strlen(string);
    }
    if (!string) return put(builder->buffer, NULL_ITEM);
    if (put_head(builder->buffer, major, length)) return MPIFUTURES_INVALID;
    return put_bytes(builder->buffer, string, length);
}

static int put_value(struct builder *builder) {
    const mpifutures_value *value = va_arg(builder->arguments, const mpifutures_value *);
    const void *bytes;
    size_t size;
    int status = mpifutures_value_cbor(value, &bytes, &size);
    return status ? status : put_bytes(builder->buffer, bytes, size);
}

#define SIGNED_NUMBER(type, promoted) \
    (has_length(builder) ? put_numbers(builder, SIGNED, sizeof(type)) \
                         : put_signed(builder, (type)va_arg(builder->arguments, promoted)))
#define UNSIGNED_NUMBER(type, promoted) \
    (has_length(builder) ? put_numbers(builder, 0, sizeof(type)) \
                         : put_head(builder->buffer, UNSIGNED, (type)va_arg(builder->arguments, promoted)))
#define REAL_NUMBER(type) \
    (has_length(builder) ? put_numbers(builder, FLOATS, sizeof(type)) \
                         : put_double(builder, va_arg(builder->arguments, double)))

/* One item, whose letter is at `at`. */
static int item(struct builder *builder) {
    const char *start = builder->at;
    int count;
    switch (*builder->at++) {
    case 'p': return put(builder->buffer, va_arg(builder->arguments, int) ? TRUE_ITEM : FALSE_ITEM);
    case 'b': return SIGNED_NUMBER(signed char, int);
    case 'h': return SIGNED_NUMBER(short, int);
    case 'i': return SIGNED_NUMBER(int, int);
    case 'l': return SIGNED_NUMBER(long, long);
    case 'L': return SIGNED_NUMBER(long long, long long);
    case 'n': return SIGNED_NUMBER(ptrdiff_t, ptrdiff_t);
    case 'B': return UNSIGNED_NUMBER(unsigned char, int);
    case 'H': return UNSIGNED_NUMBER(unsigned short, int);
    case 'I': return UNSIGNED_NUMBER(unsigned, unsigned);
    case 'k': return UNSIGNED_NUMBER(unsigned long, unsigned long);
    case 'K': return UNSIGNED_NUMBER(unsigned long long, unsigned long long);
    case 'f': return REAL_NUMBER(float);
    case 'd': return REAL_NUMBER(double);
    case 's':
    case 'z': return put_string(builder, TEXT);
    case 'y': return put_string(builder, BYTES);
    case 'O': return put_value(builder);
    case '(': return list(builder, ')', ARRAY, &count);
    case '[': return list(builder, ']', ARRAY, &count);
    case '{': return list(builder, '}', MAP, &count);
    case '#': return complain(builder, start, "'#' belongs behind a letter of a string or of a number");
    case ')':
    case ']':
    case '}': return complain(builder, start, "nothing is open that this could close");
    default: return complain(builder, start, "there is no such item");
    }
}

static void pass_over(struct builder *builder) {
    while (*builder->at && strchr(" \t,:", *builder->at)) builder->at++;
}

static bool is_key(const char *at) {
    return (*at == 's' || strchr("bhilLnBHIkK", *at)) && (*at == 's' || at[1] != '#');
}

/* Items up to `closing`, with the head of an array or a map in front of them. */
static int list(struct builder *builder, char closing, int major, int *count) {
    const char *opening = builder->at - 1;
    if (++builder->depth > DEEPEST) return complain(builder, opening, "this is nested too deeply");
    size_t head = builder->buffer->count;
    if (put(builder->buffer, 0)) return MPIFUTURES_INVALID;
    *count = 0;
    for (pass_over(builder); *builder->at != closing; pass_over(builder)) {
        if (!*builder->at) return complain(builder, opening, "this is never closed");
        if (major == MAP && *count % 2 == 0 && !is_key(builder->at)) {
            return complain(builder, builder->at, "a key must be text or an integer");
        }
        int status = item(builder);
        if (status) return status;
        ++*count;
    }
    if (major == MAP && *count % 2) return complain(builder, builder->at, "the last key has no value");
    if (closing) builder->at++;
    int entries = major == MAP ? *count / 2 : *count;
    builder->buffer->bytes[head] = (uint8_t)(major | (entries < 24 ? entries : INDEFINITE));
    builder->depth--;
    return entries < 24 ? 0 : put(builder->buffer, BREAK);
}

/* ---- Formats ---- */

int build(struct buffer *buffer, enum purpose purpose, const char *format, va_list arguments) {
    buffer->bytes = buffer->inner;
    buffer->count = 0;
    buffer->capacity = sizeof buffer->inner;
    if (!format) return mpifutures_set_error(MPIFUTURES_INVALID, "the format is NULL");
    struct builder builder = {.buffer = buffer, .format = format, .at = format};
    va_copy(builder.arguments, arguments);
    int count;
    int status = list(&builder, '\0', ARRAY, &count);
    va_end(builder.arguments);
    if (status) return status;
    const char *first = format + strspn(format, " \t,:");
    // A single item that is the whole already stands behind the head of the list around it.
    bool is_whole = count == 1 && (purpose == FOR_VALUE || *first == '{' || *first == '(');
    buffer->item = buffer->bytes + (is_whole ? 1 : 0);
    buffer->size = buffer->count - (is_whole ? 1 : 0);
    if (purpose == FOR_VALUE && count == 0) buffer->bytes[0] = NULL_ITEM;
    return 0;
}
