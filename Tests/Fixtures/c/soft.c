// For LD_PRELOAD: an MPI that starts fewer processes than it could where the key `soft` allows it.
#include <mpi.h>
#include <stdlib.h>

int MPI_Comm_spawn(
    const char *command, char *arguments[], int count, MPI_Info info, int root, MPI_Comm comm, MPI_Comm *inter,
    int codes[]
) {
    char value[32];
    int length = sizeof value, is_set = 0;
    if (info != MPI_INFO_NULL) MPI_Info_get_string(info, "soft", &length, value, &is_set);
    if (is_set && atoi(value) < count) count = atoi(value);
    return PMPI_Comm_spawn(command, arguments, count, info, root, comm, inter, codes);
}
