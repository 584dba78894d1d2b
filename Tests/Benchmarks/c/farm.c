// The smallest master and workers in C: null tasks of 8 bytes over plain MPI_Send and MPI_Recv.
//
//     mpiexec -n 3 ./farm TASKS WINDOW
//
// The master keeps WINDOW tasks with every worker and sends the next one for each answer. Nothing here batches, waits
// without spinning, or knows what a task is: it shows what MPI can carry, one message a task.

#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { TASK, STOP };

static void serve(void) {
    while (1) {
        int64_t task;
        MPI_Status status;
        MPI_Recv(&task, 8, MPI_BYTE, 0, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
        if (status.MPI_TAG == STOP) return;
        MPI_Send(&task, 8, MPI_BYTE, 0, TASK, MPI_COMM_WORLD);
    }
}

static void run(int64_t tasks, int workers, int window) {
    int64_t sent = 0, answered = 0;
    for (int round = 0; round < window; round++) {
        for (int worker = 1; worker <= workers && sent < tasks; worker++, sent++)
            MPI_Send(&sent, 8, MPI_BYTE, worker, TASK, MPI_COMM_WORLD);
    }
    while (answered < tasks) {
        int64_t result;
        MPI_Status status;
        MPI_Recv(&result, 8, MPI_BYTE, MPI_ANY_SOURCE, TASK, MPI_COMM_WORLD, &status);
        answered++;
        if (sent == tasks) continue;
        MPI_Send(&sent, 8, MPI_BYTE, status.MPI_SOURCE, TASK, MPI_COMM_WORLD);
        sent++;
    }
}

int main(int argc, char **argv) {
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (argc != 3 || size < 2) MPI_Abort(MPI_COMM_WORLD, 2);
    int64_t tasks = atoll(argv[1]);
    int window = atoi(argv[2]);
    if (rank > 0) {
        serve();
    } else {
        run(tasks / 10, size - 1, window);
        double began = MPI_Wtime();
        run(tasks, size - 1, window);
        printf("rate %.0f\n", (double)tasks / (MPI_Wtime() - began));
        for (int worker = 1; worker < size; worker++) MPI_Send(NULL, 0, MPI_BYTE, worker, STOP, MPI_COMM_WORLD);
    }
    MPI_Finalize();
    return 0;
}
