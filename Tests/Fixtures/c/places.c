/* Every worker says its numbers and its variable, as it was when the library was loaded and as it is in a call. In each
 * round all workers meet in a directory, so that each of them makes one call. */
#include <mpifutures.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char at_load[64] = "none";

__attribute__((constructor)) static void remember(void)
{
    const char *value = getenv("PLACE");
    if (value) snprintf(at_load, sizeof at_load, "%s", value);
}

static int count_files(const char *directory)
{
    DIR *open = opendir(directory);
    int count = 0;
    if (!open) return 0;
    for (struct dirent *entry; (entry = readdir(open));) count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

/* Task: waits in a directory until as many have come as there are workers. */
int place(mpifutures_call *call)
{
    const char *directory;
    char path[512], text[256];
    mpifutures_worker worker;
    const char *now = getenv("PLACE");
    FILE *file;
    if (mpifutures_get_string(call, 0, &directory, NULL)) return 1;
    if (mpifutures_current_worker(&worker)) return mpifutures_fail(call, mpifutures_error_message());
    snprintf(path, sizeof path, "%s/%zu", directory, worker.number);
    file = fopen(path, "wx");
    if (!file) return mpifutures_raise(call, "worker %zu has been there before", worker.number);
    fclose(file);
    for (int waits = 0; count_files(directory) < (int)worker.count; waits++) {
        if (waits == 12000) return mpifutures_fail(call, "the other workers have not come");
        usleep(10000);
    }
    snprintf(text, sizeof text, "%zu/%zu %zu/%zu %zu/%zu %s %s", worker.number, worker.count, worker.local_number,
             worker.local_count, worker.host_number, worker.host_count, at_load, now ? now : "none");
    return mpifutures_return_string(call, text);
}

/* The arguments are the directory of each round. */
int main(int argc, char **argv)
{
    mpifutures_worker worker;
    mpifutures_executor *executor = mpifutures_executor_create(0);
    size_t count = mpifutures_executor_worker_count(executor);
    if (mpifutures_current_worker(&worker) != MPIFUTURES_NOT_ALLOWED) puts("the master is taken for a worker");
    for (int round = 1; round < argc; round++) {
        mpifutures_future *futures[16];
        for (size_t index = 0; index < count; index++) {
            futures[index] = mpifutures_executor_submit(executor, "place", "s", argv[round]);
        }
        for (size_t index = 0; index < count; index++) {
            mpifutures_value value;
            const char *text;
            if (mpifutures_future_result(futures[index], -1, &value) || mpifutures_value_string(&value, &text, NULL)) {
                text = mpifutures_error_message();
            }
            printf("%s\n", text);
            mpifutures_future_release(futures[index]);
        }
    }
    mpifutures_executor_destroy(executor);
    return 0;
}
