// The binary interface of Open MPI since 3.0. Handles point to objects of the library.
#include <stddef.h>
#include <stdint.h>

typedef struct ompi_communicator_t *MPI_Comm;
typedef struct ompi_datatype_t *MPI_Datatype;
typedef struct ompi_errhandler_t *MPI_Errhandler;
typedef struct ompi_group_t *MPI_Group;
typedef struct ompi_info_t *MPI_Info;
typedef struct ompi_message_t *MPI_Message;
typedef struct ompi_request_t *MPI_Request;
typedef long long MPI_Count;

typedef struct MPI_Status {
    int MPI_SOURCE;
    int MPI_TAG;
    int MPI_ERROR;
    int cancelled;
    size_t byte_count;
} MPI_Status;

#define MPI_COMM_NULL ((MPI_Comm)objects.ompi_mpi_comm_null)
#define MPI_COMM_WORLD ((MPI_Comm)objects.ompi_mpi_comm_world)
#define MPI_COMM_SELF ((MPI_Comm)objects.ompi_mpi_comm_self)
#define MPI_GROUP_NULL ((MPI_Group)objects.ompi_mpi_group_null)
#define MPI_INFO_NULL ((MPI_Info)objects.ompi_mpi_info_null)
#define MPI_REQUEST_NULL ((MPI_Request)objects.ompi_request_null)
#define MPI_MESSAGE_NULL ((MPI_Message)objects.ompi_message_null)
#define MPI_ERRORS_RETURN ((MPI_Errhandler)objects.ompi_mpi_errors_return)
#define MPI_BYTE ((MPI_Datatype)objects.ompi_mpi_byte)

#define MPI_STATUS_IGNORE ((MPI_Status *)0)
#define MPI_ERRCODES_IGNORE ((int *)0)

enum {
    MPI_ANY_TAG = -1,
    MPI_ANY_SOURCE = -1,
    MPI_ROOT = -4,
    MPI_UNDEFINED = -32766,
    MPI_KEYVAL_INVALID = -1,
    MPI_UNIVERSE_SIZE = 6,

    MPI_THREAD_SINGLE = 0,
    MPI_THREAD_FUNNELED = 1,
    MPI_THREAD_SERIALIZED = 2,
    MPI_THREAD_MULTIPLE = 3,

    MPI_ERR_BUFFER = 1,
    MPI_ERR_COUNT = 2,
    MPI_ERR_TYPE = 3,
    MPI_ERR_TAG = 4,
    MPI_ERR_COMM = 5,
    MPI_ERR_RANK = 6,
    MPI_ERR_REQUEST = 7,
    MPI_ERR_ROOT = 8,
    MPI_ERR_GROUP = 9,
    MPI_ERR_OP = 10,
    MPI_ERR_TOPOLOGY = 11,
    MPI_ERR_DIMS = 12,
    MPI_ERR_ARG = 13,
    MPI_ERR_UNKNOWN = 14,
    MPI_ERR_TRUNCATE = 15,
    MPI_ERR_OTHER = 16,
    MPI_ERR_INTERN = 17,
    MPI_ERR_IN_STATUS = 18,
    MPI_ERR_PENDING = 19,
    MPI_ERR_ACCESS = 20,
    MPI_ERR_INFO_KEY = 31,
    MPI_ERR_INFO_VALUE = 33,
    MPI_ERR_INFO = 34,
    MPI_ERR_KEYVAL = 36,
    MPI_ERR_NAME = 38,
    MPI_ERR_NO_MEM = 39,
    MPI_ERR_PORT = 43,
    MPI_ERR_SERVICE = 48,
    MPI_ERR_SPAWN = 50,
    MPI_ERR_UNSUPPORTED_OPERATION = 52,
};

#define comm_from_fortran(number) mpi.Comm_f2c(number)
#define fortran_from_comm(comm) mpi.Comm_c2f(comm)
#define ABI_FUNCTIONS(FUNCTION)                                                                                        \
    FUNCTION(MPI_Comm, Comm_f2c, (int))                                                                                \
    FUNCTION(int, Comm_c2f, (MPI_Comm))
#define ABI_OBJECTS(OBJECT)                                                                                            \
    OBJECT(ompi_mpi_comm_null)                                                                                         \
    OBJECT(ompi_mpi_comm_world)                                                                                        \
    OBJECT(ompi_mpi_comm_self)                                                                                         \
    OBJECT(ompi_mpi_group_null)                                                                                        \
    OBJECT(ompi_mpi_info_null)                                                                                         \
    OBJECT(ompi_request_null)                                                                                          \
    OBJECT(ompi_message_null)                                                                                          \
    OBJECT(ompi_mpi_errors_return)                                                                                     \
    OBJECT(ompi_mpi_byte)

#define MAY_ASK_FOR_UNIVERSE 1
