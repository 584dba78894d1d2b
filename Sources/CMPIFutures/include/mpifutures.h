/* mpifutures in C: tasks that run on a pool of MPI processes, and programs that call them.
 *
 * A plugin is a shared library. Each of its exported functions of type `mpifutures_task` is a task, known by its name;
 * its `int main(int argc, char **argv)` runs on the master under the launcher:
 *
 *     cc -O2 -shared -fPIC tasks.c -o libtasks.so $(pkg-config --cflags --libs mpifutures)
 *     mpiexec -n 17 mpifutures ./libtasks.so
 *
 * Docs/CInterface.md is the guide; this file is the contract. What holds for every function unless it says otherwise:
 *
 * - Functions that return `int` return 0, MPIFUTURES_OK, or else one of the statuses below. Those that return a pointer
 *   return NULL for an error. `mpifutures_error_message` then has the text and `mpifutures_error_status` the status.
 * - Pointers are not NULL. NULL for an object or for a place that takes a result is MPIFUTURES_INVALID, not a crash.
 * - What a function returns through a pointer is changed only when it succeeds.
 * - Text is UTF-8. What is taken from a `const char *` is copied before the function returns.
 * - No function may be called in a signal handler, or in a child process after `fork`.
 * - A C++ exception must not leave a task or a callback, and neither may be left by `longjmp`.
 */
#ifndef MPIFUTURES_H
#define MPIFUTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define MPIFUTURES_API __attribute__((visibility("default")))
#define MPIFUTURES_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define MPIFUTURES_API
#define MPIFUTURES_PRINTF(text, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ---- */

/* The version of this header, as text and as a number to compare: 10000 * major + 100 * minor + patch. */
#define MPIFUTURES_VERSION "0.2.0"
#define MPIFUTURES_VERSION_NUMBER 200

/* Returns the version of the library, in the form of MPIFUTURES_VERSION. Any thread, any time. The text is static. */
MPIFUTURES_API const char *mpifutures_version(void);

/* ---- Errors ---- */

/* What a function has come to. More may be added. */
enum {
    MPIFUTURES_OK = 0,
    /* There is nothing more: the end of a list or of a map's results. Not an error: it sets no message. */
    MPIFUTURES_END = 1,
    /* The time was over first. */
    MPIFUTURES_TIMEOUT = 2,
    /* The call was cancelled before it ran. */
    MPIFUTURES_CANCELLED = 3,
    /* The call failed on its worker; the message says where and why. */
    MPIFUTURES_FAILED = 4,
    /* There is no such argument, element or label. */
    MPIFUTURES_MISSING = 5,
    /* A value is of another kind than was asked for. */
    MPIFUTURES_MISMATCH = 6,
    /* A number does not fit into what was asked for. */
    MPIFUTURES_RANGE = 7,
    /* An argument of this function makes no sense: NULL, a malformed format, an unknown callable. */
    MPIFUTURES_INVALID = 8,
    /* Bytes are not one well-formed CBOR data item. */
    MPIFUTURES_MALFORMED = 9,
    /* The executor was shut down. */
    MPIFUTURES_SHUTDOWN = 10,
    /* The executor has lost its workers. */
    MPIFUTURES_BROKEN = 11,
    /* Not possible here, such as an executor inside a task. */
    MPIFUTURES_NOT_ALLOWED = 12
};

/* The text of the last error on the calling thread, one line; "" if there was none.
 *
 * Any thread, any time. The text belongs to the library and stays until the thread's next error or its end. */
MPIFUTURES_API const char *mpifutures_error_message(void);

/* The status of the last error on the calling thread; MPIFUTURES_OK if there was none. Any thread, any time. */
MPIFUTURES_API int mpifutures_error_status(void);

/* ---- Values ---- */

/* A place in a message: an argument, a result, or something nested in one.
 *
 * Copy it freely: it owns nothing, and needs no release. It is good as long as what it came from: an argument until its
 * task returns, a future's result until the future is released, a map's result until the next one is taken. The same
 * goes for text, bytes and numbers that are read through it. Values of one call, one future or one map may be
 * read by several threads at once. The members are private. */
typedef struct mpifutures_value {
    const void *message_;
    size_t size_;
    size_t offset_;
    void *owner_;
} mpifutures_value;

/* What a value is. More may be added. */
typedef enum mpifutures_kind {
    MPIFUTURES_NULL = 0,
    MPIFUTURES_BOOL = 1,
    MPIFUTURES_INTEGER = 2,
    /* A floating-point number. */
    MPIFUTURES_REAL = 3,
    MPIFUTURES_STRING = 4,
    /* Bytes, which are an array of MPIFUTURES_UINT8 as well. */
    MPIFUTURES_BYTES = 5,
    /* Values of any kind, one after the other. */
    MPIFUTURES_LIST = 6,
    /* Values with labels. */
    MPIFUTURES_MAP = 7,
    /* Numbers of one type, side by side. */
    MPIFUTURES_NUMBERS = 8,
    MPIFUTURES_OTHER = 9
} mpifutures_kind;

/* The type of the numbers in an array. */
typedef enum mpifutures_type {
    /* Whichever the numbers have. */
    MPIFUTURES_ANY = 0,
    MPIFUTURES_INT8 = 1,
    MPIFUTURES_INT16 = 2,
    MPIFUTURES_INT32 = 3,
    MPIFUTURES_INT64 = 4,
    MPIFUTURES_UINT8 = 5,
    MPIFUTURES_UINT16 = 6,
    MPIFUTURES_UINT32 = 7,
    MPIFUTURES_UINT64 = 8,
    MPIFUTURES_FLOAT = 9,
    MPIFUTURES_DOUBLE = 10
} mpifutures_type;

/* Numbers side by side, aligned for their type. */
typedef struct mpifutures_array {
    mpifutures_type type;
    /* May be NULL when there are none. */
    const void *elements;
    size_t count;
} mpifutures_array;

/* What a value is; MPIFUTURES_OTHER also for NULL. */
MPIFUTURES_API mpifutures_kind mpifutures_value_kind(const mpifutures_value *value);

/* An integer. MISMATCH if the value is none: 2.0 is none; RANGE beyond 64 bits. */
MPIFUTURES_API int mpifutures_value_int64(const mpifutures_value *value, int64_t *number);

/* A number: a real one, or an integer, rounded to the nearest double. MISMATCH if the value is none. */
MPIFUTURES_API int mpifutures_value_double(const mpifutures_value *value, double *number);

/* A truth value. MISMATCH if the value is none: 0 and 1 are none. */
MPIFUTURES_API int mpifutures_value_bool(const mpifutures_value *value, bool *truth);

/* Text: a copy with a zero byte behind it. `length` may be NULL; the text may contain zero bytes, which it counts.
 *
 * The text is UTF-8, with one exception: the name of a file that is not UTF-8 is given as it is. Such a name comes from
 * the launcher's command line, `glob` or `lines`, and is a value of kind BYTES. */
MPIFUTURES_API int mpifutures_value_string(const mpifutures_value *value, const char **text, size_t *length);

/* Bytes, where they lie in the message: not copied (unless the sender wrote them in several chunks). */
MPIFUTURES_API int mpifutures_value_bytes(const mpifutures_value *value, const void **bytes, size_t *size);

/* Numbers of a type.
 *
 * If they have that type in the message and happen to be aligned there, `elements` points into the message. Else it is a
 * copy: converted from another type, or from a list of numbers, where each must fit (RANGE; floating-point types round).
 * With MPIFUTURES_ANY the type is the message's: for a list INT64 if all are integers, else DOUBLE. */
MPIFUTURES_API int mpifutures_value_array(const mpifutures_value *value, mpifutures_type type, mpifutures_array *array);

/* The number of elements of a list, of numbers and of bytes, or of entries of a map. MISMATCH for anything else. */
MPIFUTURES_API int mpifutures_value_count(const mpifutures_value *value, size_t *count);

/* An element of a list. MISSING if there are fewer. Takes time in proportion to what lies before it: to go through a
 * long list use `mpifutures_value_begin`. */
MPIFUTURES_API int mpifutures_value_at(const mpifutures_value *value, size_t index, mpifutures_value *element);

/* The value of a label in a map. MISSING if there is none. */
MPIFUTURES_API int mpifutures_value_member(const mpifutures_value *value, const char *label, mpifutures_value *member);

/* Whether a map has a label. False for anything else. */
MPIFUTURES_API bool mpifutures_value_has(const mpifutures_value *value, const char *label);

/* A position in a list or map. Copy it freely; it lives as long as its value. The members are private. */
typedef struct mpifutures_cursor {
    mpifutures_value next_;
    size_t left_;
    bool is_map_;
    bool is_indefinite_;
} mpifutures_cursor;

/* Starts to go through a list or a map. MISMATCH for anything else. */
MPIFUTURES_API int mpifutures_value_begin(const mpifutures_value *value, mpifutures_cursor *cursor);

/* The next element, or the next entry's key and value. MPIFUTURES_END behind the last one.
 *
 * `key` may be NULL; for the elements of a list it is left alone. */
MPIFUTURES_API int mpifutures_cursor_next(mpifutures_cursor *cursor, mpifutures_value *key, mpifutures_value *value);

/* The CBOR data item that the value is, in the message. */
MPIFUTURES_API int mpifutures_value_cbor(const mpifutures_value *value, const void **bytes, size_t *size);

/* ---- Tasks ---- */

/* One call, as its task sees it. It belongs to the library; it ends when the task returns. */
typedef struct mpifutures_call mpifutures_call;

/* A task.
 *
 * It is called on a worker, by one thread at a time in a worker process; where the workers are threads, by several at
 * once. Functions that take the call may only be called by that thread, and before the task returns.
 *
 * It returns 0, and the result is what was returned last through one of the functions below, null if nothing was. Or it
 * fails the call, with a status from `mpifutures_fail` or `mpifutures_raise`; a bare status other than 0 fails it too.
 *
 * A call that could not get an argument in the way it asked for it has failed, whatever its task returns: what a task
 * computes from an argument that it does not have is no result. Ask `mpifutures_has_argument` first, or the value's
 * kind, for what may be missing or different. */
typedef int mpifutures_task(mpifutures_call *call);

/* The number of arguments; 0 for NULL. */
MPIFUTURES_API size_t mpifutures_argument_count(mpifutures_call *call);

/* Whether there is an argument at a position (from 0), and with a label. False for NULL. */
MPIFUTURES_API bool mpifutures_has_argument(mpifutures_call *call, size_t position);
MPIFUTURES_API bool mpifutures_has_argument_named(mpifutures_call *call, const char *label);

/* An argument, by its position from 0 or by its label, as the caller gave it.
 *
 * MISSING if there is none. Not getting it fails the call, and so does not getting it in one of the forms below, with a
 * message that names the argument, what it has to be and what it is. */
MPIFUTURES_API int mpifutures_get(mpifutures_call *call, size_t position, mpifutures_value *value);
MPIFUTURES_API int mpifutures_get_named(mpifutures_call *call, const char *label, mpifutures_value *value);

/* An argument in the form of the function `mpifutures_value_…` of the same ending. */
MPIFUTURES_API int mpifutures_get_int64(mpifutures_call *call, size_t position, int64_t *number);
MPIFUTURES_API int mpifutures_get_double(mpifutures_call *call, size_t position, double *number);
MPIFUTURES_API int mpifutures_get_bool(mpifutures_call *call, size_t position, bool *truth);
MPIFUTURES_API int mpifutures_get_string(mpifutures_call *call, size_t position, const char **text, size_t *length);
MPIFUTURES_API int mpifutures_get_bytes(mpifutures_call *call, size_t position, const void **bytes, size_t *size);
MPIFUTURES_API int mpifutures_get_array(
    mpifutures_call *call, size_t position, mpifutures_type type, mpifutures_array *array);

MPIFUTURES_API int mpifutures_get_int64_named(mpifutures_call *call, const char *label, int64_t *number);
MPIFUTURES_API int mpifutures_get_double_named(mpifutures_call *call, const char *label, double *number);
MPIFUTURES_API int mpifutures_get_bool_named(mpifutures_call *call, const char *label, bool *truth);
MPIFUTURES_API int mpifutures_get_string_named(
    mpifutures_call *call, const char *label, const char **text, size_t *length);
MPIFUTURES_API int mpifutures_get_bytes_named(
    mpifutures_call *call, const char *label, const void **bytes, size_t *size);
MPIFUTURES_API int mpifutures_get_array_named(
    mpifutures_call *call, const char *label, mpifutures_type type, mpifutures_array *array);

/* Sets the result. What was set before is dropped. */
MPIFUTURES_API int mpifutures_return_null(mpifutures_call *call);
MPIFUTURES_API int mpifutures_return_int64(mpifutures_call *call, int64_t number);
MPIFUTURES_API int mpifutures_return_double(mpifutures_call *call, double number);
MPIFUTURES_API int mpifutures_return_bool(mpifutures_call *call, bool truth);
/* INVALID if the text is not UTF-8. */
MPIFUTURES_API int mpifutures_return_string(mpifutures_call *call, const char *text);
/* `bytes` may be NULL if `size` is 0. */
MPIFUTURES_API int mpifutures_return_bytes(mpifutures_call *call, const void *bytes, size_t size);
/* `elements` may be NULL if `count` is 0. INVALID for MPIFUTURES_ANY. */
MPIFUTURES_API int mpifutures_return_array(
    mpifutures_call *call, mpifutures_type type, const void *elements, size_t count);
/* One value if the format has one item, null if it has none, else a list. See `mpifutures_executor_submit`. */
MPIFUTURES_API int mpifutures_return_values(mpifutures_call *call, const char *format, ...);
/* One data item in CBOR, ready-made. MALFORMED if it is none. */
MPIFUTURES_API int mpifutures_return_cbor(mpifutures_call *call, const void *bytes, size_t size);

/* Sets the result to an array of so many numbers, for the task to fill in place, in the message itself.
 *
 * The memory holds whatever it held; it is aligned for its type, belongs to the library, and is the task's until it sets
 * another result or returns. NULL, and the call has failed, for MPIFUTURES_ANY or if there is no memory for the size. */
MPIFUTURES_API void *mpifutures_return_buffer(mpifutures_call *call, mpifutures_type type, size_t count);

/* Fails the call, with a message, which replaces an earlier one.
 *
 * Returns MPIFUTURES_FAILED, so that a task can end with `return mpifutures_raise(call, "negative input %g", x);`. */
MPIFUTURES_API int mpifutures_raise(mpifutures_call *call, const char *format, ...) MPIFUTURES_PRINTF(2, 3);
/* The same, with a message as it is: for languages that cannot call the other. */
MPIFUTURES_API int mpifutures_fail(mpifutures_call *call, const char *message);

/* ---- Executors ---- */

typedef struct mpifutures_executor mpifutures_executor;
typedef struct mpifutures_future mpifutures_future;
typedef struct mpifutures_map mpifutures_map;
typedef struct mpifutures_arguments mpifutures_arguments;

/* The functions from here on may be called by any thread, but those that end an object only when no other uses it.
 * Times are in seconds: 0 only looks, a negative time waits as long as it takes; INVALID for one that is not a number. */

/* Serves, to the end of the process, if an executor has started this program again as a worker; else does nothing.
 *
 * A program of its own, that is one without the launcher, calls it first of all in `main`, and is linked with
 * `-rdynamic`, so that its tasks can be found. On the main thread. Under the launcher it does nothing. */
MPIFUTURES_API void mpifutures_serve_if_worker(void);

/* Makes an executor; does not wait for its workers. The caller destroys it.
 *
 * Under the launcher its workers are all ranks but the first, or, without mpiexec and in a job of one rank, threads. In
 * a program of its own they are further processes of the program: `max_workers` of them, for 0 MPIFUTURES_MAX_WORKERS,
 * or else as many as MPI's universe has room for, at least one. NOT_ALLOWED inside a task, and in a program that has not
 * called `mpifutures_serve_if_worker`. Workers that cannot be started fail the executor's calls. */
MPIFUTURES_API mpifutures_executor *mpifutures_executor_create(size_t max_workers);

/* The number of workers. Waits until they have started; 0 if the executor is shut down or broken. */
MPIFUTURES_API size_t mpifutures_executor_worker_count(mpifutures_executor *executor);

/* Takes no more calls; with `cancel`, cancels those that have not been sent to a worker; with `wait`, waits until all
 * have ended. May be repeated. The executor is still to be destroyed. */
MPIFUTURES_API int mpifutures_executor_shutdown(mpifutures_executor *executor, bool wait, bool cancel);

/* Shuts the executor down, waits until all its calls have ended, and frees it. NULL is allowed. Its futures and maps
 * stay good. Must not be called inside a task. */
MPIFUTURES_API void mpifutures_executor_destroy(mpifutures_executor *executor);

/* Queues a call. The caller releases the future. NULL if the executor is shut down or broken or the format is malformed.
 *
 * `callable` is the name of a C task, or of a Swift type that is a `RemoteCallable` (`julia.JuliaLine`). A C task that no
 * worker knows fails the call. A Swift type that this process does not know is INVALID.
 *
 * `format` says which arguments follow, in the manner of Python's `Py_BuildValue`:
 *
 *     p              int: a truth value
 *     b h i          int             (signed char, short, int)
 *     l L n          long, long long, ptrdiff_t
 *     I k K          unsigned, unsigned long, unsigned long long
 *     f d            double
 *     s z            const char *: text up to a zero byte; null for NULL
 *     s# z#          const char *, size_t: text of that length
 *     y  y#          the same two as bytes
 *     b# h# i# l# L# n# I# k# K# f# d#
 *                    a pointer to such numbers (f: float, d: double), size_t: an array of numbers; NULL for none
 *     O              const mpifutures_value *: a value that came from elsewhere
 *     (…) […]        a list
 *     {key:value…}   a map, whose keys are text (s, s#) or integers
 *
 * Spaces, tabs, commas and colons between items are passed over. The items are the arguments in order: "ld" are two. A
 * format that is one pair of braces gives labels: "{s:l}" is one argument with a label, and integer keys in it are
 * positions. A format that is one pair of parentheses is the list of the arguments: "({s:l})" is one argument, a map. */
MPIFUTURES_API mpifutures_future *mpifutures_executor_submit(
    mpifutures_executor *executor, const char *callable, const char *format, ...);

/* The same, with ready-made arguments: one CBOR data item, an array (by position) or a map (by label; integer keys are
 * positions). MALFORMED or INVALID if the bytes are none. */
MPIFUTURES_API mpifutures_future *mpifutures_executor_submit_cbor(
    mpifutures_executor *executor, const char *callable, const void *arguments, size_t size);

/* ---- Futures ---- */

/* Waits for the result. TIMEOUT, and the future is none the worse for it; CANCELLED; FAILED; BROKEN. May be repeated.
 *
 * `value` may be NULL, to wait alone. */
MPIFUTURES_API int mpifutures_future_result(mpifutures_future *future, double timeout, mpifutures_value *value);

/* Whether the call has a result, has failed or was cancelled; has been sent to a worker and not ended; was cancelled.
 * False for NULL. */
MPIFUTURES_API bool mpifutures_future_done(mpifutures_future *future);
MPIFUTURES_API bool mpifutures_future_running(mpifutures_future *future);
MPIFUTURES_API bool mpifutures_future_cancelled(mpifutures_future *future);

/* Cancels the call unless it has been sent to a worker already; whether it is cancelled now. False for NULL. */
MPIFUTURES_API bool mpifutures_future_cancel(mpifutures_future *future);

/* Frees the future, and with it what was read from its result. The call goes on. NULL is allowed. */
MPIFUTURES_API void mpifutures_future_release(mpifutures_future *future);

/* When `mpifutures_wait` comes back. */
typedef enum mpifutures_condition {
    /* All futures have ended. */
    MPIFUTURES_ALL_COMPLETED = 0,
    /* Any future has ended. */
    MPIFUTURES_FIRST_COMPLETED = 1,
    /* Any future has ended with an error, or all have ended. Being cancelled is none. */
    MPIFUTURES_FIRST_ERROR = 2
} mpifutures_condition;

/* Waits for several futures; `mpifutures_future_done` then tells which have ended. TIMEOUT if the time is over first.
 *
 * `futures` may be NULL if `count` is 0, and then there is nothing to wait for. */
MPIFUTURES_API int mpifutures_wait(
    mpifutures_future *const *futures, size_t count, mpifutures_condition condition, double timeout);

/* ---- Maps ---- */

/* Gives the arguments of a map's next call through `mpifutures_arguments_set`, and returns 0; MPIFUTURES_END when there
 * is no further call; anything else gives up, and the map is not made. `context` is the caller's. */
typedef int mpifutures_next(void *context, mpifutures_arguments *arguments);

/* Sets the arguments of the call, in the manner of `mpifutures_executor_submit`; only inside a `mpifutures_next`. */
MPIFUTURES_API int mpifutures_arguments_set(mpifutures_arguments *arguments, const char *format, ...);
MPIFUTURES_API int mpifutures_arguments_set_cbor(mpifutures_arguments *arguments, const void *bytes, size_t size);

/* How a map is made. Zero in all members is what is usual; so is NULL for the options. */
typedef struct mpifutures_map_options {
    /* How many calls travel together; 0 lets the scheduler choose. */
    size_t chunk_size;
    /* Whether results come as they are made, not in the order of the arguments. */
    bool unordered;
} mpifutures_map_options;

/* Makes a call for each time that `next` gives arguments, all before it returns, on this thread. The caller releases the
 * map. A `next` that returns 0 without having set arguments makes a call that has none. */
MPIFUTURES_API mpifutures_map *mpifutures_executor_map(
    mpifutures_executor *executor, const char *callable, mpifutures_next *next, void *context,
    const mpifutures_map_options *options);

/* The next result. MPIFUTURES_END behind the last one; TIMEOUT, and it can be asked for again. FAILED is the error of one
 * call, and the next ones can still be taken. `value` may be NULL, and is good until the next result is taken; take
 * them with one thread at a time. */
MPIFUTURES_API int mpifutures_map_next(mpifutures_map *map, double timeout, mpifutures_value *value);

/* Frees the map. If a result has been asked for, cancels the calls that have not been sent to a worker; otherwise all
 * calls are made, and their results are dropped. NULL is allowed. */
MPIFUTURES_API void mpifutures_map_release(mpifutures_map *map);

#ifdef __cplusplus
}
#endif

#endif
