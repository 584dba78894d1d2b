// To be preloaded, before MPI: notes which kind of communicator each message of a process travels on.
//
// A line for each, in the file PROCESS of the directory that MESSAGE_ROUTES names: what it is ("send", "receive" or
// "collective"), "inter" or "intra", the tag, and the number of bytes.

#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int file = -1;

static void open_file(void) {
    char path[PATH_MAX];
    const char *directory = getenv("MESSAGE_ROUTES");
    if (directory == NULL) return;
    snprintf(path, sizeof path, "%s/%d", directory, (int)getpid());
    file = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

static void note(const char *what, MPI_Comm comm, int tag, MPI_Count count, MPI_Datatype type) {
    int is_inter = 0, size = 0;
    pthread_once(&once, open_file);
    PMPI_Comm_test_inter(comm, &is_inter);
    PMPI_Type_size(type, &size);
    dprintf(file, "%s %s %d %lld\n", what, is_inter ? "inter" : "intra", tag, (long long)count * size);
}

static void note_found(MPI_Comm comm, const MPI_Status *status) {
    MPI_Status found = *status;
    int count = 0;
    PMPI_Get_count(&found, MPI_BYTE, &count);
    note("receive", comm, found.MPI_TAG, count == MPI_UNDEFINED ? INT_MAX : count, MPI_BYTE);
}

// MARK: Messages

#define SEND(name, integer)                                                                                            \
    int name(const void *data, integer count, MPI_Datatype type, int rank, int tag, MPI_Comm comm) {                   \
        note("send", comm, tag, count, type);                                                                          \
        return P##name(data, count, type, rank, tag, comm);                                                            \
    }

#define ISEND(name, integer)                                                                                           \
    int name(const void *data, integer count, MPI_Datatype type, int rank, int tag, MPI_Comm comm,                     \
             MPI_Request *request) {                                                                                   \
        note("send", comm, tag, count, type);                                                                          \
        return P##name(data, count, type, rank, tag, comm, request);                                                   \
    }

#define RECEIVE(name, integer)                                                                                         \
    int name(void *data, integer count, MPI_Datatype type, int rank, int tag, MPI_Comm comm, MPI_Status *status) {     \
        note("receive", comm, tag, count, type);                                                                       \
        return P##name(data, count, type, rank, tag, comm, status);                                                    \
    }

#define IRECEIVE(name, integer)                                                                                        \
    int name(void *data, integer count, MPI_Datatype type, int rank, int tag, MPI_Comm comm, MPI_Request *request) {   \
        note("receive", comm, tag, count, type);                                                                       \
        return P##name(data, count, type, rank, tag, comm, request);                                                   \
    }

SEND(MPI_Send, int)
SEND(MPI_Bsend, int)
SEND(MPI_Rsend, int)
SEND(MPI_Ssend, int)
ISEND(MPI_Isend, int)
ISEND(MPI_Ibsend, int)
ISEND(MPI_Irsend, int)
ISEND(MPI_Issend, int)
RECEIVE(MPI_Recv, int)
IRECEIVE(MPI_Irecv, int)

#if MPI_VERSION >= 4
SEND(MPI_Send_c, MPI_Count)
SEND(MPI_Bsend_c, MPI_Count)
SEND(MPI_Rsend_c, MPI_Count)
SEND(MPI_Ssend_c, MPI_Count)
ISEND(MPI_Isend_c, MPI_Count)
ISEND(MPI_Ibsend_c, MPI_Count)
ISEND(MPI_Irsend_c, MPI_Count)
ISEND(MPI_Issend_c, MPI_Count)
RECEIVE(MPI_Recv_c, MPI_Count)
IRECEIVE(MPI_Irecv_c, MPI_Count)
#endif

// A matched message has left its communicator: what receives it does not say which that was.

int MPI_Mprobe(int rank, int tag, MPI_Comm comm, MPI_Message *message, MPI_Status *status) {
    MPI_Status own;
    int code = PMPI_Mprobe(rank, tag, comm, message, &own);
    if (code == MPI_SUCCESS) note_found(comm, &own);
    if (status != MPI_STATUS_IGNORE) *status = own;
    return code;
}

int MPI_Improbe(int rank, int tag, MPI_Comm comm, int *flag, MPI_Message *message, MPI_Status *status) {
    MPI_Status own;
    int code = PMPI_Improbe(rank, tag, comm, flag, message, &own);
    if (code == MPI_SUCCESS && *flag) note_found(comm, &own);
    if (status != MPI_STATUS_IGNORE) *status = own;
    return code;
}

int MPI_Mrecv(void *data, int count, MPI_Datatype type, MPI_Message *message, MPI_Status *status) {
    return PMPI_Mrecv(data, count, type, message, status);
}

int MPI_Imrecv(void *data, int count, MPI_Datatype type, MPI_Message *message, MPI_Request *request) {
    return PMPI_Imrecv(data, count, type, message, request);
}

#if MPI_VERSION >= 4
int MPI_Mrecv_c(void *data, MPI_Count count, MPI_Datatype type, MPI_Message *message, MPI_Status *status) {
    return PMPI_Mrecv_c(data, count, type, message, status);
}

int MPI_Imrecv_c(void *data, MPI_Count count, MPI_Datatype type, MPI_Message *message, MPI_Request *request) {
    return PMPI_Imrecv_c(data, count, type, message, request);
}
#endif

// MARK: Collectives

int MPI_Ibarrier(MPI_Comm comm, MPI_Request *request) {
    note("collective", comm, 0, 0, MPI_BYTE);
    return PMPI_Ibarrier(comm, request);
}

int MPI_Ibcast(void *data, int count, MPI_Datatype type, int root, MPI_Comm comm, MPI_Request *request) {
    note("collective", comm, 0, count, type);
    return PMPI_Ibcast(data, count, type, root, comm, request);
}

int MPI_Igather(const void *data, int count, MPI_Datatype type, void *all, int each, MPI_Datatype each_type, int root,
                MPI_Comm comm, MPI_Request *request) {
    note("collective", comm, 0, count, type);
    return PMPI_Igather(data, count, type, all, each, each_type, root, comm, request);
}

int MPI_Iallgather(const void *data, int count, MPI_Datatype type, void *all, int each, MPI_Datatype each_type,
                   MPI_Comm comm, MPI_Request *request) {
    note("collective", comm, 0, count, type);
    return PMPI_Iallgather(data, count, type, all, each, each_type, comm, request);
}

int MPI_Iallreduce(const void *data, void *result, int count, MPI_Datatype type, MPI_Op operation, MPI_Comm comm,
                   MPI_Request *request) {
    note("collective", comm, 0, count, type);
    return PMPI_Iallreduce(data, result, count, type, operation, comm, request);
}
