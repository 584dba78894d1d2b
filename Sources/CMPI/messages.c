// Point-to-point messages of bytes.

#include "mpi_library.h"

static inline int source_of(int source) { return source == CMPI_ANY ? MPI_ANY_SOURCE : source; }
static inline int tag_of(int tag) { return tag == CMPI_ANY ? MPI_ANY_TAG : tag; }

int cmpi_isend(const void *data, int64_t count, int destination, int tag, cmpi_comm comm, cmpi_request *request) {
    if (destination < 0) return MPI_ERR_RANK;
    MPI_Request made = MPI_REQUEST_NULL;
#if MPI_VERSION >= 4
    int code = MPI_Isend_c(data, count, MPI_BYTE, destination, tag, comm_of(comm), &made);
#else
    if (count > INT_MAX) return MPI_ERR_COUNT;
    int code = MPI_Isend(data, (int)count, MPI_BYTE, destination, tag, comm_of(comm), &made);
#endif
    *request = (cmpi_request)made;
    return code;
}

int cmpi_improbe(int source, int tag, cmpi_comm comm, int *flag, cmpi_message *message, cmpi_status *status) {
    MPI_Message matched = MPI_MESSAGE_NULL;
    MPI_Status mpi_status;
    *flag = 0;
    int code = MPI_Improbe(source_of(source), tag_of(tag), comm_of(comm), flag, &matched, &mpi_status);
    if (code == MPI_SUCCESS && *flag) {
        *message = (cmpi_message)matched;
        *status = status_of(&mpi_status);
    }
    return code;
}

int cmpi_imrecv(void *data, int64_t count, cmpi_message message, cmpi_request *request) {
    MPI_Message matched = message_of(message);
    MPI_Request made = MPI_REQUEST_NULL;
#if MPI_VERSION >= 4
    int code = MPI_Imrecv_c(data, count, MPI_BYTE, &matched, &made);
#else
    if (count > INT_MAX) return MPI_ERR_COUNT;
    int code = MPI_Imrecv(data, (int)count, MPI_BYTE, &matched, &made);
#endif
    *request = (cmpi_request)made;
    return code;
}

int cmpi_test(cmpi_request *request, int *flag, cmpi_status *status) {
    MPI_Request tested = request_of(*request);
    MPI_Status mpi_status = {0};
    *flag = 0;
    int code = MPI_Test(&tested, flag, &mpi_status);
    *request = (cmpi_request)tested;
    if (code == MPI_SUCCESS && *flag) *status = status_of(&mpi_status);
    return code;
}

cmpi_request cmpi_request_null(void) { return (cmpi_request)MPI_REQUEST_NULL; }
