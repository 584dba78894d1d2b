/* Tasks that use every function by which a task gets arguments and returns a result. */
#define _POSIX_C_SOURCE 199309L
#include <inttypes.h>
#include <math.h>
#include <mpifutures.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int square_root(mpifutures_call *call)
{
    double x;
    if (mpifutures_get_double(call, 0, &x)) return 1;
    if (x < 0) return mpifutures_raise(call, "negative input %g", x);
    return mpifutures_return_double(call, sqrt(x));
}

/* Returns all that it gets, in words. */
int describe(mpifutures_call *call)
{
    int64_t integer;
    double real;
    bool truth;
    const char *text;
    const void *bytes;
    size_t length, size;
    mpifutures_array numbers;
    if (mpifutures_get_int64(call, 0, &integer) || mpifutures_get_double(call, 1, &real) ||
        mpifutures_get_bool(call, 2, &truth) || mpifutures_get_string(call, 3, &text, &length) ||
        mpifutures_get_bytes(call, 4, &bytes, &size) ||
        mpifutures_get_array(call, 5, MPIFUTURES_INT32, &numbers)) {
        return mpifutures_error_status();
    }
    char line[256];
    int used = snprintf(
        line, sizeof line, "%" PRId64 " %g %s '%s' (%zu) %zu bytes from %02x,", integer, real, truth ? "yes" : "no",
        text, length, size, ((const unsigned char *)bytes)[0]);
    for (size_t index = 0; index < numbers.count; index++) {
        used += snprintf(line + used, sizeof line - (size_t)used, " %" PRId32, ((const int32_t *)numbers.elements)[index]);
    }
    return mpifutures_return_string(call, line);
}

int describe_named(mpifutures_call *call)
{
    int64_t integer;
    double real;
    bool truth;
    const char *text;
    const void *bytes;
    size_t size;
    mpifutures_array numbers;
    if (mpifutures_get_int64_named(call, "integer", &integer) || mpifutures_get_double_named(call, "real", &real) ||
        mpifutures_get_bool_named(call, "truth", &truth) || mpifutures_get_string_named(call, "text", &text, NULL) ||
        mpifutures_get_bytes_named(call, "bytes", &bytes, &size) ||
        mpifutures_get_array_named(call, "numbers", MPIFUTURES_ANY, &numbers)) {
        return mpifutures_error_status();
    }
    char line[256];
    snprintf(
        line, sizeof line, "%" PRId64 " %g %d '%s' %zu type %d of %zu", integer, real, truth, text, size,
        (int)numbers.type, numbers.count);
    return mpifutures_return_string(call, line);
}

/* Which arguments there are. */
int presence(mpifutures_call *call)
{
    return mpifutures_return_values(
        call, "[nppp]", (ptrdiff_t)mpifutures_argument_count(call), mpifutures_has_argument(call, 0),
        mpifutures_has_argument(call, 7), mpifutures_has_argument_named(call, "label"));
}

/* Adds up whatever numbers it finds, however deep. */
static int add(const mpifutures_value *value, double *sum)
{
    switch (mpifutures_value_kind(value)) {
    case MPIFUTURES_INTEGER:
    case MPIFUTURES_REAL: {
        double number;
        if (mpifutures_value_double(value, &number)) return 1;
        *sum += number;
        return 0;
    }
    case MPIFUTURES_NUMBERS: {
        mpifutures_array array;
        if (mpifutures_value_array(value, MPIFUTURES_DOUBLE, &array)) return 1;
        for (size_t index = 0; index < array.count; index++) *sum += ((const double *)array.elements)[index];
        return 0;
    }
    case MPIFUTURES_LIST:
    case MPIFUTURES_MAP: {
        mpifutures_cursor cursor;
        mpifutures_value element;
        if (mpifutures_value_begin(value, &cursor)) return 1;
        while (mpifutures_cursor_next(&cursor, NULL, &element) == MPIFUTURES_OK) {
            if (add(&element, sum)) return 1;
        }
        return 0;
    }
    default: return 0;
    }
}

int sum(mpifutures_call *call)
{
    mpifutures_value value;
    double total = 0;
    if (mpifutures_get(call, 0, &value) || add(&value, &total)) return 1;
    return mpifutures_return_double(call, total);
}

/* scene.lines[index].end as an integer: a way that may be missing anywhere. */
int nested(mpifutures_call *call)
{
    mpifutures_value scene, lines, line, end;
    int64_t index, number;
    if (mpifutures_get_named(call, "scene", &scene) || mpifutures_get_int64_named(call, "index", &index)) return 1;
    if (!mpifutures_value_has(&scene, "lines")) return mpifutures_return_string(call, "no lines");
    if (mpifutures_value_member(&scene, "lines", &lines) || mpifutures_value_at(&lines, (size_t)index, &line) ||
        mpifutures_value_member(&line, "end", &end) || mpifutures_value_int64(&end, &number)) {
        return 1;
    }
    return mpifutures_return_int64(call, number);
}

/* Every way to return a result, by number. */
int give(mpifutures_call *call)
{
    static const double reals[] = {0.5, -1.5};
    int64_t way;
    if (mpifutures_get_int64(call, 0, &way)) return 1;
    switch (way) {
    case 0: return 0;
    case 1: return mpifutures_return_null(call);
    case 2: return mpifutures_return_int64(call, INT64_MIN);
    case 3: return mpifutures_return_double(call, 0.1);
    case 4: return mpifutures_return_bool(call, true);
    case 5: return mpifutures_return_string(call, "größer");
    case 6: return mpifutures_return_bytes(call, "a\0b", 3);
    case 7: return mpifutures_return_array(call, MPIFUTURES_DOUBLE, reals, 2);
    case 8: return mpifutures_return_values(call, "{s:[iLp],s:z,i:(dy#)}", "list", -1, -2LL, 1, "none", NULL, 7, 2.5, "xy", (size_t)2);
    case 9: return mpifutures_return_cbor(call, "\x83\x01\x02\x03", 4);
    /* The last one counts. */
    case 10: return mpifutures_return_string(call, "a long first result that goes") || mpifutures_return_int64(call, 10);
    case 11: return mpifutures_return_values(call, "");
    case 12: return mpifutures_return_array(call, MPIFUTURES_INT16, NULL, 0);
    /* What is wrong with a result fails the call. */
    case 20: return mpifutures_return_string(call, "\xff");
    case 21: return mpifutures_return_cbor(call, "\x83\x01", 2);
    case 22: return mpifutures_return_buffer(call, MPIFUTURES_ANY, 1) == NULL;
    case 23: return mpifutures_return_buffer(call, MPIFUTURES_DOUBLE, SIZE_MAX) == NULL;
    case 24: return mpifutures_return_values(call, "(ii", 1, 2);
    case 25: return mpifutures_return_string(call, NULL);
    case 26: return mpifutures_fail(call, "plain % words");
    case 27: return 42;
    case 28: mpifutures_raise(call, "%s", "first"); return mpifutures_raise(call, "%s number %d", "second", 2);
    /* A failure that the task does not pass on is one all the same. */
    case 29: mpifutures_get_int64(call, 1, &way); return mpifutures_return_int64(call, 1);
    default: return mpifutures_raise(call, "no such way");
    }
}

/* Fills a buffer of each type in place; fails if one is not aligned for its type. */
int fill(mpifutures_call *call)
{
    static const size_t widths[] = {0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8};
    int64_t type, count;
    if (mpifutures_get_int64(call, 0, &type) || mpifutures_get_int64(call, 1, &count)) return 1;
    unsigned char *buffer = mpifutures_return_buffer(call, (mpifutures_type)type, (size_t)count);
    if (!buffer) return 1;
    if ((uintptr_t)buffer % widths[type]) return mpifutures_raise(call, "not aligned");
    for (size_t index = 0; index < (size_t)count * widths[type]; index++) buffer[index] = (unsigned char)(index * 7);
    return 0;
}

int echo(mpifutures_call *call)
{
    mpifutures_value value;
    const void *bytes;
    size_t size;
    if (mpifutures_get(call, 0, &value) || mpifutures_value_cbor(&value, &bytes, &size)) return 1;
    return mpifutures_return_cbor(call, bytes, size);
}

int make_executor(mpifutures_call *call)
{
    return mpifutures_executor_create(1) ? 0 : mpifutures_fail(call, mpifutures_error_message());
}

int sleep_for(mpifutures_call *call)
{
    double seconds;
    if (mpifutures_get_double(call, 0, &seconds)) return 1;
    struct timespec time = {(time_t)seconds, (long)(fmod(seconds, 1) * 1e9)};
    nanosleep(&time, NULL);
    return mpifutures_return_double(call, seconds);
}
