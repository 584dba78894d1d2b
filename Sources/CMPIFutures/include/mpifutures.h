/* mpifutures in C: tasks that run on a pool of MPI processes, and programs that call them.
 *
 * A plugin is a shared library. Each of its exported functions of type `mpifutures_task` is a task, known by its name;
 * its `int main(int argc, char **argv)` runs on the master under the launcher:
 *
 *     cc -O2 -shared -fPIC tasks.c -o libtasks.so $(pkg-config --cflags --libs mpifutures)
 *     mpiexec -n 17 mpifutures ./libtasks.so
 *
 * Docs/CInterface.md is the guide; this file is the contract. These rules hold for every function unless its comment
 * says otherwise:
 *
 * - A function that returns `int` returns MPIFUTURES_OK, which is 0, or another status below. A function that returns a
 *   pointer returns NULL for an error. `mpifutures_error_message` and `mpifutures_error_status` then describe the
 *   error.
 * - Pointers must not be NULL. NULL for an object or for the place of a result gives MPIFUTURES_INVALID, not a crash.
 * - A function writes through a pointer only if it succeeds.
 * - Text is UTF-8. A function copies the text of a `const char *` before it returns.
 * - No function may be called in a signal handler, or in a child process after `fork`.
 * - A C++ exception must not leave a task or a callback, and `longjmp` must not either.
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

/* The version of this header, as text and as a number that can be compared: 10000 * major + 100 * minor + patch. */
#define MPIFUTURES_VERSION "0.2.0"
#define MPIFUTURES_VERSION_NUMBER 200

/* Returns the version of the library, in the form of MPIFUTURES_VERSION. May be called by any thread at any time. The
 * text is static. */
MPIFUTURES_API const char *mpifutures_version(void);

/* ---- Errors ---- */

/* The status of a function. More may be added. */
enum {
    MPIFUTURES_OK = 0,
    /* The end of a list or of a map's results. This is not an error, and sets no message. */
    MPIFUTURES_END = 1,
    /* The time was over before the wait had ended. */
    MPIFUTURES_TIMEOUT = 2,
    /* The call was cancelled before it ran. */
    MPIFUTURES_CANCELLED = 3,
    /* The call failed on its worker; the message says where and why. */
    MPIFUTURES_FAILED = 4,
    /* There is no such argument, element or label. */
    MPIFUTURES_MISSING = 5,
    /* The value is of another kind than was asked for. */
    MPIFUTURES_MISMATCH = 6,
    /* The number does not fit into the type that was asked for. */
    MPIFUTURES_RANGE = 7,
    /* An argument of the function is not valid: NULL, a malformed format, an unknown callable. */
    MPIFUTURES_INVALID = 8,
    /* The bytes are not one well-formed CBOR data item. */
    MPIFUTURES_MALFORMED = 9,
    /* The executor was shut down. */
    MPIFUTURES_SHUTDOWN = 10,
    /* The executor has lost its workers. */
    MPIFUTURES_BROKEN = 11,
    /* The operation is not possible here, such as making an executor inside a task. */
    MPIFUTURES_NOT_ALLOWED = 12,
    /* The call did not begin, because its executor was drained. */
    MPIFUTURES_DRAINED = 13
};

/* Returns the text of the last error on the calling thread, in one line, or "" if there was none.
 *
 * May be called by any thread at any time. The library owns the text, which stays valid until the thread's next error
 * or its end. */
MPIFUTURES_API const char *mpifutures_error_message(void);

/* Returns the status of the last error on the calling thread, or MPIFUTURES_OK if there was none. May be called by any
 * thread at any time. */
MPIFUTURES_API int mpifutures_error_status(void);

/* ---- Values ---- */

/* A reference to a value in a message: an argument, a result, or a value nested in one.
 *
 * A reference can be copied; it owns nothing and needs no release. An argument is valid until its task returns, a
 * future's result until the future is released, and a map's result until the next one is taken. Text, bytes and numbers
 * that are read through a reference are valid as long as the reference. Several threads may read values of one call,
 * one future or one map at once. The members are private. */
typedef struct mpifutures_value {
    const void *message_;
    size_t size_;
    size_t offset_;
    void *owner_;
} mpifutures_value;

/* The kind of a value. More may be added. */
typedef enum mpifutures_kind {
    MPIFUTURES_NULL = 0,
    MPIFUTURES_BOOL = 1,
    MPIFUTURES_INTEGER = 2,
    /* A floating-point number. */
    MPIFUTURES_REAL = 3,
    MPIFUTURES_STRING = 4,
    /* Bytes. They can also be read as an array of MPIFUTURES_UINT8. */
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
    /* The type that the numbers have in the message. */
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

/* An array of numbers, aligned for their type. */
typedef struct mpifutures_array {
    mpifutures_type type;
    /* May be NULL if `count` is 0. */
    const void *elements;
    size_t count;
} mpifutures_array;

/* Returns the kind of a value; MPIFUTURES_OTHER also if `value` is NULL. */
MPIFUTURES_API mpifutures_kind mpifutures_value_kind(const mpifutures_value *value);

/* Reads an integer. MISMATCH if the value is not an integer (2.0 is not); RANGE if it does not fit into 64 bits. */
MPIFUTURES_API int mpifutures_value_int64(const mpifutures_value *value, int64_t *number);

/* Reads a floating-point number, or an integer, rounded to the nearest double. MISMATCH for any other value. */
MPIFUTURES_API int mpifutures_value_double(const mpifutures_value *value, double *number);

/* Reads a truth value. MISMATCH for any other value, also for 0 and 1. */
MPIFUTURES_API int mpifutures_value_bool(const mpifutures_value *value, bool *truth);

/* Reads text. `*text` is a copy with a zero byte at its end. `length` may be NULL. The text may contain zero bytes, and
 * the length counts them.
 *
 * The text is UTF-8, with one exception: the name of a file that is not UTF-8 stays unchanged. Such a name comes from
 * the launcher's command line, `glob` or `lines`, and is a value of kind BYTES. */
MPIFUTURES_API int mpifutures_value_string(const mpifutures_value *value, const char **text, size_t *length);

/* Reads bytes. `*bytes` points into the message, or to a copy if the sender wrote the bytes in several chunks. */
MPIFUTURES_API int mpifutures_value_bytes(const mpifutures_value *value, const void **bytes, size_t *size);

/* Reads an array of numbers.
 *
 * If the numbers have that type in the message and are aligned there, `elements` points into the message. Otherwise it
 * points to a copy, converted from another type or from a list of numbers. RANGE if a number does not fit;
 * floating-point types round. With MPIFUTURES_ANY the type is that of the message. For a list it is INT64 if all
 * elements are integers, and DOUBLE otherwise. */
MPIFUTURES_API int mpifutures_value_array(const mpifutures_value *value, mpifutures_type type, mpifutures_array *array);

/* Counts the elements of a list, of numbers or of bytes, or the entries of a map. MISMATCH for any other value. */
MPIFUTURES_API int mpifutures_value_count(const mpifutures_value *value, size_t *count);

/* Reads an element of a list. MISSING if there are fewer elements. The time is proportional to `index`: use
 * `mpifutures_value_begin` to iterate over a long list. */
MPIFUTURES_API int mpifutures_value_at(const mpifutures_value *value, size_t index, mpifutures_value *element);

/* Reads the value of a label in a map. MISSING if the map does not have the label. */
MPIFUTURES_API int mpifutures_value_member(const mpifutures_value *value, const char *label, mpifutures_value *member);

/* Returns whether a map has a label. False for any other value, and for NULL. */
MPIFUTURES_API bool mpifutures_value_has(const mpifutures_value *value, const char *label);

/* A position in a list or map. It can be copied, and is valid as long as its value. The members are private. */
typedef struct mpifutures_cursor {
    mpifutures_value next_;
    size_t left_;
    bool is_map_;
    bool is_indefinite_;
} mpifutures_cursor;

/* Begins an iteration over a list or a map. MISMATCH for any other value. */
MPIFUTURES_API int mpifutures_value_begin(const mpifutures_value *value, mpifutures_cursor *cursor);

/* Reads the next element of a list, or the next key and value of a map. MPIFUTURES_END after the last one.
 *
 * `key` may be NULL. It is not changed for the elements of a list. */
MPIFUTURES_API int mpifutures_cursor_next(mpifutures_cursor *cursor, mpifutures_value *key, mpifutures_value *value);

/* Returns the value's CBOR data item. `*bytes` points into the message. */
MPIFUTURES_API int mpifutures_value_cbor(const mpifutures_value *value, const void **bytes, size_t *size);

/* ---- Tasks ---- */

/* One call, as its task sees it. The library owns it. It is valid until the task returns. */
typedef struct mpifutures_call mpifutures_call;

/* A task.
 *
 * A worker calls the task. In a worker process one thread at a time calls it. If the workers are threads, several may
 * call it at once. Only that thread may call functions that take the call, and only before the task returns.
 *
 * A task that returns 0 succeeds. Its result is the last one that it set by a function below, or null if it set none. A
 * task fails the call by returning the status of `mpifutures_fail` or `mpifutures_raise`, or any other status than 0.
 *
 * If a task asks for an argument and does not get it, the call fails, whatever the task returns. If an argument may be
 * missing or of another kind, ask `mpifutures_has_argument` or `mpifutures_value_kind` first. */
typedef int mpifutures_task(mpifutures_call *call);

/* Returns the number of arguments; 0 if `call` is NULL. */
MPIFUTURES_API size_t mpifutures_argument_count(mpifutures_call *call);

/* Returns whether there is an argument at a position, counted from 0, or with a label. False if `call` is NULL. */
MPIFUTURES_API bool mpifutures_has_argument(mpifutures_call *call, size_t position);
MPIFUTURES_API bool mpifutures_has_argument_named(mpifutures_call *call, const char *label);

/* Reads an argument by its position, counted from 0, or by its label.
 *
 * MISSING if there is none. An error of this function, or of one of the functions below, fails the call. The message
 * names the argument, the kind that it must have and the kind that it has. */
MPIFUTURES_API int mpifutures_get(mpifutures_call *call, size_t position, mpifutures_value *value);
MPIFUTURES_API int mpifutures_get_named(mpifutures_call *call, const char *label, mpifutures_value *value);

/* Read an argument like the functions `mpifutures_value_…` with the same ending. */
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

/* Set the result, in place of an earlier one. The functions copy text, bytes and numbers before they return. */
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
/* The result is one value if the format has one item, null if it has none, and a list otherwise. See
 * `mpifutures_executor_submit` for the format. */
MPIFUTURES_API int mpifutures_return_values(mpifutures_call *call, const char *format, ...);
/* The result is one encoded CBOR data item. MALFORMED if the bytes are not one. */
MPIFUTURES_API int mpifutures_return_cbor(mpifutures_call *call, const void *bytes, size_t size);

/* Sets the result to an array of `count` numbers in the message itself, and returns it for the task to fill.
 *
 * The memory is aligned for its type and not initialised. The library owns it. The task may use it until it sets
 * another result or returns. For MPIFUTURES_ANY, or without memory for the size, the function returns NULL and the call
 * fails. */
MPIFUTURES_API void *mpifutures_return_buffer(mpifutures_call *call, mpifutures_type type, size_t count);

/* Fails the call with a message, which replaces an earlier one.
 *
 * Returns MPIFUTURES_FAILED, so that a task can end with `return mpifutures_raise(call, "negative input %g", x);`. */
MPIFUTURES_API int mpifutures_raise(mpifutures_call *call, const char *format, ...) MPIFUTURES_PRINTF(2, 3);
/* Fails the call with a message that is not a format, for languages without variadic calls. */
MPIFUTURES_API int mpifutures_fail(mpifutures_call *call, const char *message);

/* The worker that makes a call: its number among all workers, and among those of its host. A process that takes the place
 * of another one has the same numbers. */
typedef struct mpifutures_worker {
    /* The worker's number, from 0, and the number of workers. */
    size_t number;
    size_t count;
    /* The worker's number among the workers of its host, from 0, and the number of workers there. */
    size_t local_number;
    size_t local_count;
    /* The number of the worker's host, from 0, and the number of hosts that have workers. */
    size_t host_number;
    size_t host_count;
} mpifutures_worker;

/* Tells which worker makes the call that the calling thread runs. NOT_ALLOWED outside of a task, and on a thread that
 * the task has started. */
MPIFUTURES_API int mpifutures_current_worker(mpifutures_worker *worker);

/* ---- Executors ---- */

typedef struct mpifutures_executor mpifutures_executor;
typedef struct mpifutures_future mpifutures_future;
typedef struct mpifutures_map mpifutures_map;
typedef struct mpifutures_arguments mpifutures_arguments;

/* Any thread may call the functions from here on. A function that ends an object may be called only when no other
 * thread uses the object. Times are in seconds: 0 does not wait, and a negative time waits without a limit. INVALID for
 * NaN. */

/* Serves until the process ends, if an executor has started this program as a worker. Otherwise does nothing.
 *
 * A program without the launcher calls it first of all in `main`, on the main thread. Link such a program with
 * `-rdynamic`, so that its tasks can be found. Under the launcher the function does nothing. */
MPIFUTURES_API void mpifutures_serve_if_worker(void);

/* Makes an executor. Does not wait for its workers. The caller must destroy the executor.
 *
 * Under the launcher the workers are all ranks but the first. Under the launcher without mpiexec they are processes, or
 * threads if the plugin uses MPI by itself. In a job of one rank they are threads. In a program without the launcher
 * they are further processes of the program: `max_workers` of them. For 0 the number is MPIFUTURES_MAX_WORKERS. Without
 * that variable it is one for each core under the launcher. In a program without the launcher it is as many as MPI's
 * universe or the batch system's allocation has room for, at least one. In a program that is not linked with the
 * library, such as an interpreter that has loaded it, they are processes of the launcher, and load the libraries that
 * calls name. NOT_ALLOWED inside a task, and in a program that is linked with the library and has not called
 * `mpifutures_serve_if_worker`. If workers cannot be started, the executor's calls fail. */
MPIFUTURES_API mpifutures_executor *mpifutures_executor_create(size_t max_workers);

/* Waits until the workers have started, and returns their number; 0 if the executor is shut down or broken. */
MPIFUTURES_API size_t mpifutures_executor_worker_count(mpifutures_executor *executor);

/* Lets no further call begin, for instance before the time limit of a batch system. Calls that run end as usual, and
 * have their results. Those that have not been sent to a worker fail with DRAINED, and so do those that are queued
 * later. Idempotent. The caller must still destroy the executor. */
MPIFUTURES_API int mpifutures_executor_drain(mpifutures_executor *executor);

/* Shuts the executor down: it takes no more calls. If `cancel` is true, cancels the calls that have not been sent to a
 * worker. If `wait` is true, waits until all calls have ended. Idempotent. The caller must still destroy the
 * executor. */
MPIFUTURES_API int mpifutures_executor_shutdown(mpifutures_executor *executor, bool wait, bool cancel);

/* Shuts the executor down, waits until all its calls have ended, and frees it. NULL is allowed. Its futures and maps
 * stay valid. Must not be called inside a task. */
MPIFUTURES_API void mpifutures_executor_destroy(mpifutures_executor *executor);

/* Queues a call. The caller must release the future. Returns NULL if the executor is shut down, drained or broken, or
 * if the format is malformed.
 *
 * `callable` is the name of a C task, or of a Swift type that is a `RemoteCallable` (`julia.JuliaLine`). A C task that
 * no worker knows fails the call. A Swift type that this process does not know gives INVALID. `library.so:name`, where
 * `library.so` is a path, names a callable of a library: this process loads the library, and a worker when it meets the
 * name. INVALID if the library cannot be loaded or has no such callable.
 *
 * `format` describes the arguments that follow, like the format of Python's `Py_BuildValue`:
 *
 *     p              int: a truth value
 *     b h i          int             (signed char, short, int)
 *     B H            int             (unsigned char, unsigned short)
 *     l L n          long, long long, ptrdiff_t
 *     I k K          unsigned, unsigned long, unsigned long long
 *     f d            double
 *     s z            const char *: text up to a zero byte; NULL gives null
 *     s# z#          const char *, size_t: text of that length
 *     y  y#          like s and s#, as bytes
 *     b# h# i# l# L# n# B# H# I# k# K# f# d#
 *                    a pointer to such numbers (f: float, d: double), size_t: an array of numbers; NULL for none
 *     O              const mpifutures_value *: a value of another message
 *     (…) […]        a list
 *     {key:value…}   a map, whose keys are text (s, s#) or integers
 *
 * Spaces, tabs, commas and colons between items are ignored. The items are the arguments in order: "ld" are two. A
 * format that is one pair of braces gives labels: "{s:l}" is one argument with a label, and integer keys in it are
 * positions. A format that is one pair of parentheses is the list of the arguments: "({s:l})" is one argument, a
 * map. */
MPIFUTURES_API mpifutures_future *mpifutures_executor_submit(
    mpifutures_executor *executor, const char *callable, const char *format, ...);

/* Queues a call with encoded arguments: one CBOR data item, which is an array (arguments by position) or a map
 * (arguments by label; integer keys are positions). The function copies the bytes before it returns. MALFORMED if the
 * bytes are not a data item; INVALID if the data item is neither. The caller must release the future. */
MPIFUTURES_API mpifutures_future *mpifutures_executor_submit_cbor(
    mpifutures_executor *executor, const char *callable, const void *arguments, size_t size);

/* ---- Futures ---- */

/* Waits for the result. TIMEOUT if the time is over, while the call goes on; CANCELLED; FAILED; BROKEN. Idempotent.
 *
 * `value` may be NULL if only the end matters. */
MPIFUTURES_API int mpifutures_future_result(mpifutures_future *future, double timeout, mpifutures_value *value);

/* Return whether the call has ended (with a result, an error, or by cancellation), whether it has been sent to a worker
 * and has not ended, and whether it was cancelled. False if `future` is NULL. */
MPIFUTURES_API bool mpifutures_future_done(mpifutures_future *future);
MPIFUTURES_API bool mpifutures_future_running(mpifutures_future *future);
MPIFUTURES_API bool mpifutures_future_cancelled(mpifutures_future *future);

/* Cancels the call, unless it has been sent to a worker already. Returns whether the call is cancelled now. False if
 * `future` is NULL. */
MPIFUTURES_API bool mpifutures_future_cancel(mpifutures_future *future);

/* Frees the future and everything that was read from its result. The call goes on. NULL is allowed. */
MPIFUTURES_API void mpifutures_future_release(mpifutures_future *future);

/* The condition that ends `mpifutures_wait`. */
typedef enum mpifutures_condition {
    /* All futures have ended. */
    MPIFUTURES_ALL_COMPLETED = 0,
    /* Any future has ended. */
    MPIFUTURES_FIRST_COMPLETED = 1,
    /* Any future has ended with an error, or all have ended. Cancellation is not an error here. */
    MPIFUTURES_FIRST_ERROR = 2
} mpifutures_condition;

/* Waits for several futures. `mpifutures_future_done` then tells which have ended. TIMEOUT if the time is over first.
 *
 * `futures` may be NULL if `count` is 0. The function then returns at once. */
MPIFUTURES_API int mpifutures_wait(
    mpifutures_future *const *futures, size_t count, mpifutures_condition condition, double timeout);

/* ---- Maps ---- */

/* Sets the arguments of a map's next call by `mpifutures_arguments_set`, and returns 0. Returns MPIFUTURES_END if there
 * is no further call. Any other status gives up, and no map is made. `context` is the pointer of the caller. */
typedef int mpifutures_next(void *context, mpifutures_arguments *arguments);

/* Set the arguments of the call, as in `mpifutures_executor_submit` and `mpifutures_executor_submit_cbor`. May be
 * called only inside a `mpifutures_next`. */
MPIFUTURES_API int mpifutures_arguments_set(mpifutures_arguments *arguments, const char *format, ...);
MPIFUTURES_API int mpifutures_arguments_set_cbor(mpifutures_arguments *arguments, const void *bytes, size_t size);

/* The options of a map. Zero in all members gives the defaults, and so does NULL for the options. */
typedef struct mpifutures_map_options {
    /* The number of calls that travel together; 0 lets the scheduler choose. */
    size_t chunk_size;
    /* Whether results come as they are made, not in the order of the arguments. */
    bool unordered;
} mpifutures_map_options;

/* Makes a call for each time that `next` returns 0. This thread calls `next` as often before the function returns. The
 * caller must release the map. If `next` returns 0 and has not set arguments, the call has none. */
MPIFUTURES_API mpifutures_map *mpifutures_executor_map(
    mpifutures_executor *executor, const char *callable, mpifutures_next *next, void *context,
    const mpifutures_map_options *options);

/* Waits for the next result. MPIFUTURES_END after the last one. TIMEOUT if the time is over; the result can be asked
 * for again. FAILED is the error of one call; the results after it can still be taken. `value` may be NULL. It is valid
 * until the next result is taken. One thread at a time may take results. */
MPIFUTURES_API int mpifutures_map_next(mpifutures_map *map, double timeout, mpifutures_value *value);

/* Frees the map. If a result has been asked for, cancels the calls that have not been sent to a worker. Otherwise all
 * calls are made, and their results are dropped. NULL is allowed. */
MPIFUTURES_API void mpifutures_map_release(mpifutures_map *map);

/* ---- Random numbers ---- */

/* A generator of random numbers for one call, as `CallRandom` in Swift: its numbers depend on a seed and on the number
 * of a stream alone. With a stream of its own for each call, a run has the same numbers with any number of workers.
 *
 * A generator can be copied, owns nothing and needs no release. It is used by one thread at a time. The members are
 * private. */
typedef struct mpifutures_random {
    uint64_t seed_;
    uint64_t stream_;
    uint64_t counter_;
    uint64_t used_;
    uint64_t values_[4];
} mpifutures_random;

/* Sets a generator to the beginning of a stream. */
MPIFUTURES_API int mpifutures_random_init(mpifutures_random *random, uint64_t seed, uint64_t stream);

/* Returns a number of which all 64 bits are random, the next one of `numpy.random.Philox(key=[seed, stream])`.
 * Returns 0 for NULL. */
MPIFUTURES_API uint64_t mpifutures_random_next(mpifutures_random *random);

/* Returns a number in [0, 1), a multiple of 2^-53. Returns 0 for NULL. */
MPIFUTURES_API double mpifutures_random_uniform(mpifutures_random *random);

/* Writes `count` numbers in [0, 1), as `mpifutures_random_uniform` returns them one after the other. `numbers` may be
 * NULL if `count` is 0. */
MPIFUTURES_API int mpifutures_random_fill(mpifutures_random *random, double *numbers, size_t count);

#ifdef __cplusplus
}
#endif

#endif
