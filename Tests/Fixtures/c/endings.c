/* Ways to end a process, or a thread, that a job needs. */
#define _GNU_SOURCE
#include <mpi.h>
#include "mpifutures.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void end(const char *kind) {
    if (!strcmp(kind, "_exit")) _exit(0);
    if (!strcmp(kind, "_exit-5")) _Exit(5);
    if (!strcmp(kind, "quick_exit")) quick_exit(0);
    if (!strcmp(kind, "pthread_exit")) pthread_exit(NULL);
    if (!strcmp(kind, "MPI_Finalize")) MPI_Finalize();
}

int end_worker(mpifutures_call *task) {
    const char *kind;
    size_t length;
    if (mpifutures_get_string(task, 0, &kind, &length)) return 1;
    end(kind);
    return mpifutures_return_null(task);
}

int nap(mpifutures_call *task) {
    sleep(60);
    return mpifutures_return_null(task);
}

/* WHO KIND: ends the `program`, after its executor (`late`) or with workers that are `busy`, or a worker (`task`). */
int main(int count, char **arguments) {
    mpifutures_serve_if_worker();
    if (count < 3) return 2;
    const char *who = arguments[1], *kind = arguments[2];
    mpifutures_executor *executor = mpifutures_executor_create(2);
    mpifutures_executor_worker_count(executor);
    if (strstr(who, "busy")) mpifutures_executor_submit(executor, "nap", "");
    if (!strcmp(who, "late")) mpifutures_executor_destroy(executor);
    if (strstr(who, "task")) {
        mpifutures_future *future = mpifutures_executor_submit(executor, "end_worker", "s", kind);
        if (mpifutures_future_result(future, 60, NULL)) printf("error: %s\n", mpifutures_error_message());
    } else {
        end(kind);
    }
    printf("goes on\n");
    return 0;
}
