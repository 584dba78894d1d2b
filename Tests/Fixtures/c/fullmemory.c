/* A plugin that fills /dev/shm while it is loaded: after MPI has started, and before the workers meet. */
#include <mpifutures.h>
#include <stdio.h>
#include <string.h>

__attribute__((constructor)) static void fill(void)
{
    static char block[4096];
    memset(block, 1, sizeof block);
    FILE *file = fopen("/dev/shm/full", "a");
    if (!file) return;
    setvbuf(file, NULL, _IONBF, 0);
    while (fwrite(block, sizeof block, 1, file) == 1) {}
    fclose(file);
}

int seven(mpifutures_call *call) { return mpifutures_return_int64(call, 7); }

int main(void)
{
    mpifutures_executor *executor = mpifutures_executor_create(2);
    mpifutures_future *future = mpifutures_executor_submit(executor, "seven", "");
    mpifutures_value value;
    int64_t number = 0;
    if (!mpifutures_future_result(future, 60, &value)) mpifutures_value_int64(&value, &number);
    printf("%d\n", (int)number);
    mpifutures_future_release(future);
    mpifutures_executor_destroy(executor);
    return 0;
}
