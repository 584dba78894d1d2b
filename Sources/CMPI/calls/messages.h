// Point-to-point messages of bytes.

/// Translates MPI's status. The count is in bytes, or -1 if MPI cannot tell it.
static cmpi_status status_of(const MPI_Status *status) {
    cmpi_status result = {.source = status->MPI_SOURCE, .tag = status->MPI_TAG, .count = -1};
    MPI_Count count = 0;
    int code = mpi.Get_count_c ? mpi.Get_count_c(status, MPI_BYTE, &count)
                               : mpi.Get_elements_x(status, MPI_BYTE, &count);
    if (code == MPI_SUCCESS && count != MPI_UNDEFINED) result.count = count;
    return result;
}

static inline int source_of(int source) { return source == CMPI_ANY ? MPI_ANY_SOURCE : source; }
static inline int tag_of(int tag) { return tag == CMPI_ANY ? MPI_ANY_TAG : tag; }

static int call_isend(const void *data, int64_t count, int destination, int tag, cmpi_comm comm, cmpi_request *request) {
    if (destination < 0) return MPI_ERR_RANK;
    MPI_Request made = MPI_REQUEST_NULL;
    int code;
    if (mpi.Isend_c) {
        code = mpi.Isend_c(data, count, MPI_BYTE, destination, tag, comm_of(comm), &made);
    } else {
        if (count > INT_MAX) return MPI_ERR_COUNT;
        code = mpi.Isend(data, (int)count, MPI_BYTE, destination, tag, comm_of(comm), &made);
    }
    *request = (cmpi_request)made;
    return code;
}

static int call_improbe(int source, int tag, cmpi_comm comm, int *flag, cmpi_message *message, cmpi_status *status) {
    MPI_Message matched = MPI_MESSAGE_NULL;
    MPI_Status mpi_status;
    *flag = 0;
    int code = mpi.Improbe(source_of(source), tag_of(tag), comm_of(comm), flag, &matched, &mpi_status);
    if (code == MPI_SUCCESS && *flag) {
        *message = (cmpi_message)matched;
        *status = status_of(&mpi_status);
    }
    return code;
}

static int call_imrecv(void *data, int64_t count, cmpi_message message, cmpi_request *request) {
    MPI_Message matched = message_of(message);
    MPI_Request made = MPI_REQUEST_NULL;
    int code;
    if (mpi.Imrecv_c) {
        code = mpi.Imrecv_c(data, count, MPI_BYTE, &matched, &made);
    } else {
        if (count > INT_MAX) return MPI_ERR_COUNT;
        code = mpi.Imrecv(data, (int)count, MPI_BYTE, &matched, &made);
    }
    *request = (cmpi_request)made;
    return code;
}

static int call_test(cmpi_request *request, int *flag, cmpi_status *status) {
    MPI_Request tested = request_of(*request);
    MPI_Status mpi_status = {0};
    *flag = 0;
    int code = mpi.Test(&tested, flag, &mpi_status);
    *request = (cmpi_request)tested;
    if (code == MPI_SUCCESS && *flag) *status = status_of(&mpi_status);
    return code;
}

static cmpi_request call_request_null(void) { return (cmpi_request)MPI_REQUEST_NULL; }
