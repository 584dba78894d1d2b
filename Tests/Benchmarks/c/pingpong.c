// A message to the other rank and back, from memory into memory that is used again.
//
//     mpiexec -n 2 ./pingpong BYTES ROUNDS [PAUSE_MS]

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int ascending(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv) {
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (argc < 3 || size != 2) MPI_Abort(MPI_COMM_WORLD, 2);
    size_t count = strtoull(argv[1], NULL, 10);
    int rounds = atoi(argv[2]), warm_up = rounds / 10 + 1;
    long pause = argc > 3 ? atol(argv[3]) : 0;
    struct timespec nap = {pause / 1000, pause % 1000 * 1000000};
    char *bytes = malloc(count + 1);
    double *times = malloc(sizeof(double) * rounds);
    memset(bytes, 1, count + 1);
    for (int round = -warm_up; round < rounds; round++) {
        if (pause) nanosleep(&nap, NULL);
        double began = MPI_Wtime();
        if (rank == 0) MPI_Send_c(bytes, count, MPI_BYTE, 1, 0, MPI_COMM_WORLD);
        MPI_Recv_c(bytes, count, MPI_BYTE, 1 - rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        if (rank == 1) MPI_Send_c(bytes, count, MPI_BYTE, 0, 0, MPI_COMM_WORLD);
        if (round >= 0) times[round] = MPI_Wtime() - began;
    }
    if (rank == 0) {
        qsort(times, rounds, sizeof(double), ascending);
        printf("time %.9f\nbandwidth %.0f\n", times[rounds / 2], 2 * (double)count / times[rounds / 2]);
    }
    MPI_Finalize();
    return 0;
}
