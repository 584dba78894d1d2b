// The binary interface of MPICH since 3.1, Intel MPI, MVAPICH and Cray MPICH, as their Compatibility Initiative keeps it.
#include <stdint.h>

typedef int MPI_Comm;
typedef int MPI_Datatype;
typedef int MPI_Errhandler;
typedef int MPI_Group;
typedef int MPI_Info;
typedef int MPI_Message;
typedef int MPI_Request;
typedef int64_t MPI_Count;

typedef struct MPI_Status {
    int count_lo;
    int count_hi_and_cancelled;
    int MPI_SOURCE;
    int MPI_TAG;
    int MPI_ERROR;
} MPI_Status;

#define MPI_COMM_NULL ((MPI_Comm)0x04000000)
#define MPI_COMM_WORLD ((MPI_Comm)0x44000000)
#define MPI_COMM_SELF ((MPI_Comm)0x44000001)
#define MPI_GROUP_NULL ((MPI_Group)0x08000000)
#define MPI_INFO_NULL ((MPI_Info)0x1c000000)
#define MPI_REQUEST_NULL ((MPI_Request)0x2c000000)
#define MPI_MESSAGE_NULL ((MPI_Message)0x2c000000)
#define MPI_ERRORS_RETURN ((MPI_Errhandler)0x54000001)
#define MPI_BYTE ((MPI_Datatype)0x4c00010d)

#define MPI_STATUS_IGNORE ((MPI_Status *)1)
#define MPI_ERRCODES_IGNORE ((int *)0)

enum {
    MPI_ANY_TAG = -1,
    MPI_ANY_SOURCE = -2,
    MPI_ROOT = -3,
    MPI_UNDEFINED = -32766,
    MPI_KEYVAL_INVALID = 0x24000000,
    MPI_UNIVERSE_SIZE = 0x64400009,

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
    MPI_ERR_ROOT = 7,
    MPI_ERR_GROUP = 8,
    MPI_ERR_OP = 9,
    MPI_ERR_TOPOLOGY = 10,
    MPI_ERR_DIMS = 11,
    MPI_ERR_ARG = 12,
    MPI_ERR_UNKNOWN = 13,
    MPI_ERR_TRUNCATE = 14,
    MPI_ERR_OTHER = 15,
    MPI_ERR_INTERN = 16,
    MPI_ERR_IN_STATUS = 17,
    MPI_ERR_PENDING = 18,
    MPI_ERR_REQUEST = 19,
    MPI_ERR_ACCESS = 20,
    MPI_ERR_INFO = 28,
    MPI_ERR_INFO_KEY = 29,
    MPI_ERR_INFO_VALUE = 30,
    MPI_ERR_NAME = 33,
    MPI_ERR_NO_MEM = 34,
    MPI_ERR_PORT = 38,
    MPI_ERR_SERVICE = 41,
    MPI_ERR_SPAWN = 42,
    MPI_ERR_UNSUPPORTED_OPERATION = 44,
    MPI_ERR_KEYVAL = 48,
};

// A handle is its own number in Fortran.
#define comm_from_fortran(number) ((MPI_Comm)(number))
#define fortran_from_comm(comm) ((int32_t)(comm))
#define ABI_FUNCTIONS(FUNCTION)
#define ABI_OBJECTS(OBJECT)

/// Returns whether the environment names a process manager. MPICH 4 looks for one when a process that none has started
/// asks for the size of the universe: it runs `mpiexec -pmi_args`, and waits for ever if that mpiexec does not know the
/// option.
#define MAY_ASK_FOR_UNIVERSE (getenv("PMI_FD") || getenv("PMI_PORT") || getenv("PMI_RANK"))
