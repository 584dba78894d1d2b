/* The functions that take a variable number of arguments, which Swift cannot export. */
#include "format.h"
#include "shims.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int mpifutures_raise(mpifutures_call *call, const char *format, ...) {
    if (!format) return mpifutures_fail(call, NULL);
    va_list arguments;
    va_start(arguments, format);
    char *message = NULL;
    va_list copy;
    va_copy(copy, arguments);
    int length = vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    if (length >= 0) message = malloc((size_t)length + 1);
    if (message) vsnprintf(message, (size_t)length + 1, format, arguments);
    va_end(arguments);
    // The bare format still says more than nothing.
    int status = mpifutures_fail(call, message ? message : format);
    free(message);
    return status;
}

int mpifutures_return_values(mpifutures_call *call, const char *format, ...) {
    struct buffer buffer;
    va_list arguments;
    va_start(arguments, format);
    int status = build(&buffer, FOR_VALUE, format, arguments);
    va_end(arguments);
    // A result that cannot be built must not leave the call with another one.
    if (status) mpifutures_fail(call, mpifutures_error_message());
    if (!status) status = mpifutures_return_cbor(call, buffer.item, buffer.size);
    release(&buffer);
    return status;
}

mpifutures_future *mpifutures_executor_submit(
    mpifutures_executor *executor, const char *callable, const char *format, ...) {
    struct buffer buffer;
    va_list arguments;
    va_start(arguments, format);
    int status = build(&buffer, FOR_ARGUMENTS, format, arguments);
    va_end(arguments);
    mpifutures_future *future = NULL;
    if (!status) future = mpifutures_executor_submit_cbor(executor, callable, buffer.item, buffer.size);
    release(&buffer);
    return future;
}

int mpifutures_arguments_set(mpifutures_arguments *target, const char *format, ...) {
    struct buffer buffer;
    va_list arguments;
    va_start(arguments, format);
    int status = build(&buffer, FOR_ARGUMENTS, format, arguments);
    va_end(arguments);
    if (!status) status = mpifutures_arguments_set_cbor(target, buffer.item, buffer.size);
    release(&buffer);
    return status;
}
