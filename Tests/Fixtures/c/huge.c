/* Tasks with results for which no machine has memory. */
#include <mpifutures.h>
#include <stdio.h>

/* Half of the addresses that a process has. */
static const size_t huge = (size_t)1 << 46;

int buffer(mpifutures_call *call)
{
    return mpifutures_return_buffer(call, MPIFUTURES_INT8, huge) ? mpifutures_fail(call, "there it is") : 1;
}

int wrapping_buffer(mpifutures_call *call)
{
    /* Times eight, this is eight. */
    size_t count = ((size_t)1 << 61) + 1;
    return mpifutures_return_buffer(call, MPIFUTURES_INT64, count) ? mpifutures_fail(call, "there it is") : 1;
}

int array(mpifutures_call *call) { return mpifutures_return_array(call, MPIFUTURES_DOUBLE, &huge, huge / 8); }
int bytes(mpifutures_call *call) { return mpifutures_return_bytes(call, &huge, huge); }
int cbor(mpifutures_call *call) { return mpifutures_return_cbor(call, &huge, huge); }
int fine(mpifutures_call *call) { return mpifutures_return_int64(call, 7); }

int main(void)
{
    const char *names[] = {"buffer", "wrapping_buffer", "array", "bytes", "cbor", "fine"};
    mpifutures_executor *executor = mpifutures_executor_create(2);
    for (int index = 0; index < 6; index++) {
        mpifutures_future *future = mpifutures_executor_submit(executor, names[index], "");
        int status = mpifutures_future_result(future, 60, NULL);
        printf("%s: %d %s\n", names[index], status, status ? mpifutures_error_message() : "");
        mpifutures_future_release(future);
    }
    /* Arguments too. */
    mpifutures_future *future = mpifutures_executor_submit(executor, "fine", "l#", &huge, huge);
    printf("arguments: %s\n", future ? "there" : mpifutures_error_message());
    mpifutures_executor_destroy(executor);
    return 0;
}
