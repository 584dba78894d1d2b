/* A plugin that loads MPI when a task needs it, so that nothing of it refers to MPI before. */
#define _GNU_SOURCE
#include "mpifutures.h"
#include <dlfcn.h>
#include <stdio.h>

int rank(mpifutures_call *task) {
    void *const library = dlopen("libmpich.so.12", RTLD_NOW);
    int (*comm_rank)(int, int *) = library ? (int (*)(int, int *))dlsym(library, "MPI_Comm_rank") : NULL;
    const int world = 0x44000000;
    int number = -1;
    if (!comm_rank || comm_rank(world, &number)) return mpifutures_raise(task, "no MPI");
    return mpifutures_return_int64(task, number);
}

int main(void) {
    mpifutures_executor *const executor = mpifutures_executor_create(0);
    mpifutures_future *const future = executor ? mpifutures_executor_submit(executor, "rank", "") : NULL;
    mpifutures_value value;
    if (future && !mpifutures_future_result(future, 30, &value)) {
        printf("a rank\n");
        return 0;
    }
    printf("%s\n", mpifutures_error_message());
    return 0;
}
