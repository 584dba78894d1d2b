// Non-blocking collectives for hand-shakes.

#include "mpi_library.h"

int cmpi_ibarrier(cmpi_comm comm, cmpi_request *request) {
    MPI_Request made = MPI_REQUEST_NULL;
    int code = MPI_Ibarrier(comm_of(comm), &made);
    *request = (cmpi_request)made;
    return code;
}

int cmpi_ibcast(void *data, int64_t count, int root, cmpi_comm comm, cmpi_request *request) {
    if (count > INT_MAX) return MPI_ERR_COUNT;
    MPI_Request made = MPI_REQUEST_NULL;
    if (root == CMPI_ROOT) root = MPI_ROOT;
    int code = MPI_Ibcast(data, (int)count, MPI_BYTE, root, comm_of(comm), &made);
    *request = (cmpi_request)made;
    return code;
}

int cmpi_igather(const void *data, int64_t count, void *gathered, int root, cmpi_comm comm, cmpi_request *request) {
    if (count > INT_MAX) return MPI_ERR_COUNT;
    MPI_Request made = MPI_REQUEST_NULL;
    int each = (int)count;
    int code = MPI_Igather(data, each, MPI_BYTE, gathered, each, MPI_BYTE, root, comm_of(comm), &made);
    *request = (cmpi_request)made;
    return code;
}
