/* A master in C that shows what comes of calls: one line each, which the tests compare. */
#include <inttypes.h>
#include <math.h>
#include <mpifutures.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mpifutures_executor *executor;

static void print_error(void)
{
    printf("error %d: %s\n", mpifutures_error_status(), mpifutures_error_message());
}

static void print_value(const mpifutures_value *value)
{
    mpifutures_cursor cursor;
    mpifutures_value key, element;
    mpifutures_array array;
    const char *text;
    const void *bytes;
    size_t count;
    int64_t integer;
    double real;
    bool truth;
    mpifutures_kind kind = mpifutures_value_kind(value);
    switch (kind) {
    case MPIFUTURES_NULL: printf("null"); break;
    case MPIFUTURES_BOOL: if (!mpifutures_value_bool(value, &truth)) printf(truth ? "true" : "false"); break;
    case MPIFUTURES_INTEGER: if (!mpifutures_value_int64(value, &integer)) printf("%" PRId64, integer); break;
    case MPIFUTURES_REAL: if (!mpifutures_value_double(value, &real)) printf("%g", real); break;
    case MPIFUTURES_STRING: if (!mpifutures_value_string(value, &text, NULL)) printf("\"%s\"", text); break;
    case MPIFUTURES_BYTES:
        if (!mpifutures_value_bytes(value, &bytes, &count)) printf("%zu bytes", count);
        break;
    case MPIFUTURES_NUMBERS:
        if (mpifutures_value_array(value, MPIFUTURES_ANY, &array)) break;
        printf("type %d x %zu", (int)array.type, array.count);
        break;
    case MPIFUTURES_LIST:
    case MPIFUTURES_MAP:
        mpifutures_value_count(value, &count);
        mpifutures_value_begin(value, &cursor);
        printf(kind == MPIFUTURES_MAP ? "{%zu:" : "[%zu:", count);
        while (!mpifutures_cursor_next(&cursor, &key, &element)) {
            putchar(' ');
            if (kind == MPIFUTURES_MAP) {
                print_value(&key);
                putchar('=');
            }
            print_value(&element);
        }
        printf(kind == MPIFUTURES_MAP ? "}" : "]");
        break;
    default: printf("?");
    }
}

/* Prints the end of a call, and releases its future. */
static void show(const char *name, mpifutures_future *future)
{
    mpifutures_value value;
    printf("%s: ", name);
    if (!future || mpifutures_future_result(future, -1, &value)) {
        print_error();
    } else {
        print_value(&value);
        putchar('\n');
    }
    mpifutures_future_release(future);
}

#define CALL(task, ...) show(task " " #__VA_ARGS__, mpifutures_executor_submit(executor, task, __VA_ARGS__))

static void getters(void)
{
    static const int numbers[] = {3, -4};
    static const double reals[] = {1, 2.5};
    CALL("square_root", "d", 2.0);
    CALL("square_root", "i", 16);
    CALL("square_root", "d", -1.0);
    CALL("square_root", "s", "abc");
    CALL("square_root", "");
    CALL("square_root", "{s:d}", "x", 2.0);
    CALL("describe", "ldpsy#i#", -5L, 0.25, 1, "ü", "\xab\xcd", (size_t)2, numbers, (size_t)2);
    CALL("describe", "ldpsy#[ii]", 5L, 1.0, 0, "", "\x01", (size_t)1, 8, 9);
    CALL("describe", "ldpsy#d#", 5L, 1.0, 0, "", "\x01", (size_t)1, reals, (size_t)2);
    CALL("describe", "d", 2.0);
    CALL("describe", "K", (unsigned long long)UINT64_MAX);
    CALL("describe", "ls", 1L, "x");
    CALL("describe", "ldi", 1L, 1.0, 1);
    CALL("describe", "ldpz", 1L, 1.0, 1, NULL);
    CALL("describe", "ldpss", 1L, 1.0, 1, "", "text");
    CALL("describe", "ldpsy#s", 1L, 1.0, 1, "", "", (size_t)0, "text");
    CALL("describe_named", "{s:b,s:f,s:p,s:s#,s:y,s:d#}", "integer", 7, "real", 0.5, "truth", 1, "text", "abc", (size_t)2,
         "bytes", "four", "numbers", reals, (size_t)2);
    CALL("describe_named", "{s:i}", "integral", 7);
    CALL("describe_named", "i", 7);
    CALL("describe_named", "{s:s}", "integer", "7");
    CALL("presence", "");
    CALL("presence", "ii", 1, 2);
    CALL("presence", "{s:i}", "label", 2);
    CALL("presence", "{i:i,s:i}", 0, 1, "label", 2);
    CALL("sum", "([i,[d,{s:I,s:(h)}],d#,z])", 1, 2.0, "a", 3u, "b", 4, reals, (size_t)2, NULL);
    CALL("nested", "{s:{s:[{s:i},{s:i}]},s:i}", "scene", "lines", "end", 4, "end", 5, "index", 1);
    CALL("nested", "{s:{s:[{s:i},{s:i}]},s:i}", "scene", "lines", "end", 4, "end", 5, "index", 2);
    CALL("nested", "{s:{s:[{s:i},{s:i}]},s:i}", "scene", "lines", "end", 4, "ende", 5, "index", 1);
    CALL("nested", "{s:{s:[{s:i},{s:s}]},s:i}", "scene", "lines", "end", 4, "end", "five", "index", 1);
    CALL("nested", "{s:{},s:i}", "scene", "index", 1);
    CALL("nested", "{s:{s:i},s:i}", "scene", "lines", 3, "index", 1);
}

static void returners(void)
{
    for (int way = 0; way <= 12; way++) CALL("give", "i", way);
    for (int way = 20; way <= 30; way++) CALL("give", "i", way);
}

/* Buffers of every type and of lengths that need heads of every size arrive as they were filled. */
static void buffers(void)
{
    static const size_t widths[] = {0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8};
    static const int counts[] = {0, 1, 2, 3, 5, 23, 24, 31, 100, 255, 300, 9000, 70000};
    int wrong = 0;
    for (int type = MPIFUTURES_INT8; type <= MPIFUTURES_DOUBLE; type++) {
        for (size_t index = 0; index < sizeof counts / sizeof *counts; index++) {
            mpifutures_future *future = mpifutures_executor_submit(executor, "fill", "ii", type, counts[index]);
            mpifutures_value value;
            mpifutures_array array;
            if (mpifutures_future_result(future, -1, &value) ||
                mpifutures_value_array(&value, (mpifutures_type)type, &array)) {
                print_error();
                wrong++;
            } else {
                if (array.count != (size_t)counts[index] || (uintptr_t)array.elements % widths[type]) wrong++;
                for (size_t byte = 0; byte < array.count * widths[type]; byte++) {
                    wrong += ((const unsigned char *)array.elements)[byte] != (unsigned char)(byte * 7);
                }
            }
            mpifutures_future_release(future);
        }
    }
    printf("buffers: %d wrong\n", wrong);
}

static void names(void)
{
    CALL("cube_root", "d", 2.0);
    CALL("c:system", "s", "true");
    CALL("c:cos", "d", 1.0);
    CALL("main", "d", 2.0);
    CALL("c:2nd", "d", 2.0);
    CALL("no.Such", "d", 2.0);
    CALL("make_executor", "");
}

static void formats(void)
{
    CALL("echo", "{s:d", "x", 2.0);
    CALL("echo", "(i", 1);
    CALL("echo", "i)", 1);
    CALL("echo", "#");
    CALL("echo", "iq", 1);
    CALL("echo", "{d:i}", 1.0, 1);
    CALL("echo", "{s:is}", "a", 1, "b");
    CALL("echo", "i#", NULL, (size_t)1);
    CALL("echo", "O", NULL);
    CALL("echo", "s", "\xc3\x28");
    CALL("echo", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
    CALL("echo", "((bhilLnIkKfdpszs#z#yy#))", 1, 2, 3, 4L, 5LL, (ptrdiff_t)6, 7u, 8ul, 9ull, 1.5, 2.5, 1, "a", NULL, "bc",
         (size_t)1, NULL, (size_t)0, "d", NULL, (size_t)0);
    CALL("echo", "([iiiiiiiiiiiiiiiiiiiiiiiiii])", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
         23, 24, 25, 26);
    show("one item", mpifutures_executor_submit_cbor(executor, "echo", "\x81\x18\x2a", 3));
    show("number", mpifutures_executor_submit_cbor(executor, "echo", "\x18\x2a", 2));
    show("cut", mpifutures_executor_submit_cbor(executor, "echo", "\x82\x18", 2));
    show("more", mpifutures_executor_submit_cbor(executor, "echo", "\x81\x01\x01", 3));
    show("none", mpifutures_executor_submit_cbor(executor, "echo", NULL, 0));
}

static void futures(void)
{
    mpifutures_value value;
    mpifutures_future *slow = mpifutures_executor_submit(executor, "sleep_for", "d", 0.3);
    mpifutures_future *bad = mpifutures_executor_submit(executor, "square_root", "d", -1.0);
    mpifutures_future *both[] = {slow, bad};
    printf("first error: %d\n", mpifutures_wait(both, 2, MPIFUTURES_FIRST_ERROR, 10));
    printf("done: %d %d\n", mpifutures_future_done(slow), mpifutures_future_done(bad));
    printf("look: %d\n", mpifutures_future_result(slow, 0, &value));
    printf("short wait: %d\n", mpifutures_wait(both, 2, MPIFUTURES_ALL_COMPLETED, 0.01));
    printf("all: %d\n", mpifutures_wait(both, 2, MPIFUTURES_ALL_COMPLETED, -1));
    printf("running, cancelled, cancel: %d %d %d\n", mpifutures_future_running(slow), mpifutures_future_cancelled(slow),
           mpifutures_future_cancel(slow));
    printf("alone: %d\n", mpifutures_future_result(slow, -1, NULL));
    printf("not a number: %d\n", mpifutures_future_result(slow, NAN, NULL));
    show("slow", slow);
    mpifutures_future_release(bad);
    printf("nothing to wait for: %d\n", mpifutures_wait(NULL, 0, MPIFUTURES_ALL_COMPLETED, -1));
    /* More sleepers than workers hold: the last one cannot have been sent. */
    mpifutures_future *sleepers[40];
    for (int index = 0; index < 40; index++) sleepers[index] = mpifutures_executor_submit(executor, "sleep_for", "d", 0.01);
    printf("cancel: %d\n", mpifutures_future_cancel(sleepers[39]));
    printf("cancelled: %d\n", mpifutures_future_cancelled(sleepers[39]));
    show("cancelled", sleepers[39]);
    for (int index = 0; index < 39; index++) mpifutures_future_release(sleepers[index]);
}

struct countdown {
    int left;
    int (*give)(mpifutures_arguments *arguments, int number);
};

static int count_down(void *context, mpifutures_arguments *arguments)
{
    struct countdown *countdown = context;
    return countdown->left-- > 0 ? countdown->give(arguments, countdown->left) : MPIFUTURES_END;
}

static int give_number(mpifutures_arguments *arguments, int number)
{
    return mpifutures_arguments_set(arguments, "i", number);
}
static int give_nothing(mpifutures_arguments *arguments, int number)
{
    return (void)arguments, (void)number, 0;
}
static int give_up(mpifutures_arguments *arguments, int number)
{
    return (void)arguments, number < 3 ? 77 : 0;
}
static int give_rubbish(mpifutures_arguments *arguments, int number)
{
    return mpifutures_arguments_set(arguments, "i]", number);
}

static void map(const char *name, const char *task, int count, int (*give)(mpifutures_arguments *, int),
                const mpifutures_map_options *options)
{
    struct countdown countdown = {count, give};
    mpifutures_map *map = mpifutures_executor_map(executor, task, count_down, &countdown, options);
    mpifutures_value value;
    double sum = 0, number;
    int status, failures = 0;
    printf("%s: ", name);
    if (!map) {
        print_error();
        return;
    }
    while ((status = mpifutures_map_next(map, -1, &value)) != MPIFUTURES_END) {
        if (status) failures++;
        else if (!mpifutures_value_double(&value, &number)) sum += number * number;
    }
    printf("%.0f, %d failures, end again %d\n", sum, failures, mpifutures_map_next(map, 0, NULL));
    mpifutures_map_release(map);
}

static void maps(void)
{
    const mpifutures_map_options chunks = {.chunk_size = 7, .unordered = true};
    map("map", "square_root", 1000, give_number, NULL);
    map("unordered map", "square_root", 1000, give_number, &chunks);
    map("empty map", "square_root", 0, give_number, NULL);
    map("map without arguments", "square_root", 10, give_nothing, NULL);
    map("map given up", "square_root", 10, give_up, NULL);
    map("map of rubbish", "square_root", 10, give_rubbish, NULL);
    map("map of nothing known", "no.Such", 10, give_number, NULL);
    struct countdown countdown = {3, give_number};
    mpifutures_map *slow = mpifutures_executor_map(executor, "sleep_for", count_down, &countdown, NULL);
    printf("map timeout: %d\n", mpifutures_map_next(slow, 0.02, NULL));
    printf("map patience: %d\n", mpifutures_map_next(slow, 10, NULL));
    mpifutures_map_release(slow);
}

/* NULL is an error everywhere, and nowhere a crash. */
static void nothing(void)
{
    mpifutures_value value = {0};
    mpifutures_cursor cursor = {0};
    double number;
    printf("null value: %d %d %d\n", mpifutures_value_double(&value, &number), mpifutures_value_double(NULL, &number),
           (int)mpifutures_value_kind(NULL));
    printf("null cursor: %d %d\n", mpifutures_cursor_next(&cursor, NULL, &value), mpifutures_value_begin(&value, NULL));
    printf("null call: %d %d %zu\n", mpifutures_get_double(NULL, 0, &number), mpifutures_return_null(NULL),
           mpifutures_argument_count(NULL));
    printf("null raise: %d %d\n", mpifutures_raise(NULL, "x"), mpifutures_fail(NULL, NULL));
    printf("null executor: %d %d %zu\n", mpifutures_executor_submit(NULL, "x", "") == NULL,
           mpifutures_executor_shutdown(NULL, true, true), mpifutures_executor_worker_count(NULL));
    printf("null executor, drained: %d\n", mpifutures_executor_drain(NULL));
    printf("null name, format, function: %d %d %d\n", mpifutures_executor_submit(executor, NULL, "") == NULL,
           mpifutures_executor_submit(executor, "echo", NULL) == NULL,
           mpifutures_executor_map(executor, "echo", NULL, NULL, NULL) == NULL);
    printf("null future: %d %d %d\n", mpifutures_future_result(NULL, 0, NULL), mpifutures_future_done(NULL),
           mpifutures_future_cancel(NULL));
    printf("null map: %d %d\n", mpifutures_map_next(NULL, 0, NULL), mpifutures_arguments_set(NULL, "i", 1));
    mpifutures_future_release(NULL);
    mpifutures_map_release(NULL);
    mpifutures_executor_destroy(NULL);
}

/* All workers are busy long before the last of many calls could begin. */
static void draining(void)
{
    enum { count = 100 };
    mpifutures_executor *drained = mpifutures_executor_create(2);
    mpifutures_future *futures[count];
    for (int i = 0; i < count; i++) futures[i] = mpifutures_executor_submit(drained, "sleep_for", "d", 0.3);
    while (!mpifutures_future_running(futures[0]) && !mpifutures_future_done(futures[0])) continue;
    printf("drain: %d %d\n", mpifutures_executor_drain(drained), mpifutures_executor_drain(drained));
    printf("a call that ran: %d\n", mpifutures_future_result(futures[0], -1, NULL));
    printf("a call that waited: %d\n", mpifutures_future_result(futures[count - 1], -1, NULL));
    print_error();
    printf("a late call: %d\n", mpifutures_executor_submit(drained, "sleep_for", "d", 0.0) == NULL);
    print_error();
    for (int i = 0; i < count; i++) mpifutures_future_release(futures[i]);
    mpifutures_executor_destroy(drained);
}

static void ending(void)
{
    printf("workers: %d\n", mpifutures_executor_worker_count(executor) == 2);
    mpifutures_future *last = mpifutures_executor_submit(executor, "square_root", "d", 81.0);
    printf("shutdown: %d\n", mpifutures_executor_shutdown(executor, true, false));
    printf("workers: %zu\n", mpifutures_executor_worker_count(executor));
    CALL("square_root", "d", 1.0);
    map("late map", "square_root", 3, give_number, NULL);
    mpifutures_executor_destroy(executor);
    show("after the end", last);
}

int main(int argc, char **argv)
{
    printf("%d %s\n", argc, argc > 1 ? argv[1] : "");
    printf("no error yet: %d '%s'\n", mpifutures_error_status(), mpifutures_error_message());
    printf("the library's version is the header's: %d\n", !strcmp(mpifutures_version(), MPIFUTURES_VERSION));
    executor = mpifutures_executor_create((size_t)-1);
    print_error();
    executor = mpifutures_executor_create(2);
    if (!executor) return print_error(), 1;
    getters();
    returners();
    buffers();
    names();
    formats();
    futures();
    maps();
    nothing();
    draining();
    ending();
    return 0;
}
