/* Estimates pi from random numbers, a stream for each call, and prints all digits of the estimate.
 *
 *     montecarlo CHUNK [FAULT DIRECTORY]
 *
 * With FAULT every seventh call does not end well at first: it fails ("fail"), or its process is killed ("kill"). A file
 * in the directory says that the call has had its fault. */
#define _POSIX_C_SOURCE 200809L
#include <mpifutures.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CALLS = 300, POINTS = 1000 };

static const char *fault = "", *directory = "";

/* Task: the sum of the heights of random points on a quarter of a circle. */
int heights(mpifutures_call *call)
{
    int64_t stream;
    const char *fault_here, *place;
    double sum = 0, numbers[POINTS];
    mpifutures_random random;
    if (mpifutures_get_int64(call, 0, &stream) || mpifutures_get_string(call, 1, &fault_here, NULL) ||
        mpifutures_get_string(call, 2, &place, NULL)) {
        return 1;
    }
    if (*fault_here && stream % 7 == 3) {
        char path[512];
        snprintf(path, sizeof path, "%s/%d", place, (int)stream);
        int file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
        if (file >= 0) {
            close(file);
            if (*fault_here == 'k') kill(getpid(), SIGKILL);
            return mpifutures_raise(call, "call %d fails at first", (int)stream);
        }
    }
    mpifutures_random_init(&random, 20261126, (uint64_t)stream);
    mpifutures_random_fill(&random, numbers, POINTS);
    for (int i = 0; i < POINTS; i++) sum += 4 / (1 + numbers[i] * numbers[i]);
    return mpifutures_return_double(call, sum);
}

static int next_stream(void *context, mpifutures_arguments *arguments)
{
    int *next = context;
    return *next == CALLS ? MPIFUTURES_END : mpifutures_arguments_set(arguments, "iss", (*next)++, fault, directory);
}

int main(int argc, char **argv)
{
    int first = 0, count = 0, status;
    double sum = 0, part;
    mpifutures_value result;
    mpifutures_map_options options = {argc > 1 ? (size_t)atoi(argv[1]) : 0, false};
    if (argc > 3) {
        fault = argv[2];
        directory = argv[3];
    }
    mpifutures_executor *executor = mpifutures_executor_create(0);
    mpifutures_map *map = mpifutures_executor_map(executor, "heights", next_stream, &first, &options);
    while ((status = mpifutures_map_next(map, -1, &result)) != MPIFUTURES_END) {
        if (status || mpifutures_value_double(&result, &part)) {
            fprintf(stderr, "%s\n", mpifutures_error_message());
            return 1;
        }
        sum += part;
        count++;
    }
    printf("%a after %d calls\n", sum / CALLS / POINTS, count);
    mpifutures_map_release(map);
    mpifutures_executor_destroy(executor);
    return 0;
}
