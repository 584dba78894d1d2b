// Non-blocking collectives for hand-shakes.

static int call_ibarrier(cmpi_comm comm, cmpi_request *request) {
    MPI_Request made = MPI_REQUEST_NULL;
    int code = mpi.Ibarrier(comm_of(comm), &made);
    *request = (cmpi_request)made;
    return code;
}

static int call_ibcast(void *data, int64_t count, int root, cmpi_comm comm, cmpi_request *request) {
    if (count > INT_MAX) return MPI_ERR_COUNT;
    MPI_Request made = MPI_REQUEST_NULL;
    if (root == CMPI_ROOT) root = MPI_ROOT;
    int code = mpi.Ibcast(data, (int)count, MPI_BYTE, root, comm_of(comm), &made);
    *request = (cmpi_request)made;
    return code;
}

static int call_igather(const void *data, int64_t count, void *gathered, int root, cmpi_comm comm, cmpi_request *request) {
    if (count > INT_MAX) return MPI_ERR_COUNT;
    MPI_Request made = MPI_REQUEST_NULL;
    int each = (int)count;
    int code = mpi.Igather(data, each, MPI_BYTE, gathered, each, MPI_BYTE, root, comm_of(comm), &made);
    *request = (cmpi_request)made;
    return code;
}
