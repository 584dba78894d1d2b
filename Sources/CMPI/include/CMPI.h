/// The MPI calls that this project makes, in the standard types of C.
///
/// `<mpi.h>` differs between MPI libraries: handles are integers or pointers, and constants are macros with casts. This
/// header hides the differences. Nothing here is linked with MPI: `cmpi_open` loads a library, and the calls are made by
/// that library's binary interface. A function has the name of the MPI function that it calls, and follows the contract
/// of that function unless its comment says otherwise.
///
/// Functions that return `int` return MPI's error code: 0 for success. `cmpi_error_string` gives the text of other
/// codes.
///
/// Pointers must not be NULL. A function may be called whenever MPI allows its counterpart; the caller serialises the
/// calls if the thread level asks for that.
#ifndef CMPI_H
#define CMPI_H

#include <stdint.h>

// Users of the library must not see these functions.
#pragma GCC visibility push(hidden)

typedef intptr_t cmpi_comm;
typedef intptr_t cmpi_request;
typedef intptr_t cmpi_message;

/// The status of a message or of a completed request.
typedef struct cmpi_status {
    int source;
    int tag;
    /// The size of the payload in bytes; -1 if MPI cannot tell.
    int64_t count;
} cmpi_status;

enum {
    /// The source or tag of a probe for any message. No rank and no tag has this value in any MPI.
    CMPI_ANY = INT32_MIN,
    /// The root argument of the root itself, in a broadcast to the remote group of an intercommunicator.
    CMPI_ROOT = INT32_MIN,
    /// The colour of a process that is in none of the new communicators of a split.
    CMPI_UNDEFINED = INT32_MIN,
    /// A buffer of this many bytes holds any text that MPI returns.
    CMPI_TEXT_CAPACITY = 8192,
};

// MARK: The library

// No other function of this header may be called before one of the first two has succeeded. The caller serialises these
// calls.

/// Loads an MPI library and uses it from now on. Returns 0, or -1 with the reason in `text`, which has room for
/// `CMPI_TEXT_CAPACITY` bytes.
int cmpi_open(const char *name, char *text);
/// Uses the MPI library that the process has loaded already. Returns -1 if there is none, with an empty `text`, or if it
/// cannot be used, with the reason.
int cmpi_adopt(char *text);
/// Returns the path of the library in use, behind wrappers of profilers; NULL if there is none.
const char *cmpi_library_file(void);
/// Returns whether the process has loaded another MPI library than the one in use, whose path `text` gets.
int cmpi_find_other(char *text);

// MARK: Environment

enum {
    CMPI_THREAD_SINGLE = 0,
    CMPI_THREAD_FUNNELED = 1,
    CMPI_THREAD_SERIALIZED = 2,
    CMPI_THREAD_MULTIPLE = 3,
};

int cmpi_init_thread(int requested, int *provided);
/// Removes UCX's handlers of SIGILL, SIGSEGV, SIGBUS and SIGFPE, if MPI uses UCX and the user has not set
/// `UCX_ERROR_SIGNALS`. These handlers print backtraces of their own.
void cmpi_release_crash_signals(void);
int cmpi_query_thread(int *provided);
int cmpi_initialized(int *flag);
int cmpi_finalized(int *flag);
/// Calls `observer` when `MPI_Finalize` begins, whichever code has called it. Call this function once, after the start
/// of MPI.
int cmpi_observe_finalize(void (*observer)(void));
int cmpi_finalize(void);
/// Aborts the world communicator.
int cmpi_abort(int code);
/// `text` has room for `CMPI_TEXT_CAPACITY` bytes. May be called before `cmpi_init_thread`.
int cmpi_get_library_version(char *text);
/// Stores the attribute `MPI_UNIVERSE_SIZE`, or -1 if it is not set or if asking for it is not safe.
int cmpi_universe_size(int *size);

// MARK: Errors

/// `text` has room for `CMPI_TEXT_CAPACITY` bytes.
int cmpi_error_string(int code, char *text);
int cmpi_error_class(int code, int *error_class);
/// Returns the name of the class's constant in `<mpi.h>`, such as "MPI_ERR_RANK", or NULL if the class is not one of
/// the standard. The text is static.
const char *cmpi_error_class_name(int error_class);

// MARK: Communicators

cmpi_comm cmpi_comm_world(void);
cmpi_comm cmpi_comm_self(void);
cmpi_comm cmpi_comm_null(void);
cmpi_comm cmpi_comm_f2c(int32_t fortran_handle);
int32_t cmpi_comm_c2f(cmpi_comm comm);

int cmpi_comm_rank(cmpi_comm comm, int *rank);
int cmpi_comm_size(cmpi_comm comm, int *size);
/// Returns MPI_ERR_COMM if the communicator is no intercommunicator. (MPICH returns a size even then.)
int cmpi_comm_remote_size(cmpi_comm comm, int *size);
int cmpi_comm_test_inter(cmpi_comm comm, int *flag);
/// Sets `MPI_ERRORS_RETURN`.
int cmpi_comm_set_errhandler_return(cmpi_comm comm);

/// Duplicates a communicator. Collective. Waits for the copy, and yields its core meanwhile.
int cmpi_comm_dup(cmpi_comm comm, cmpi_comm *copy);
/// Makes a communicator of all processes but `rank`, in their order. Collective over these processes. Blocks.
int cmpi_comm_without(cmpi_comm comm, int rank, int tag, cmpi_comm *part);
/// Collective. Blocks. `*part` becomes the null communicator if the colour is `CMPI_UNDEFINED`.
int cmpi_comm_split(cmpi_comm comm, int color, int key, cmpi_comm *part);
/// Collective. Blocks.
int cmpi_intercomm_create(cmpi_comm local, int local_leader, cmpi_comm peer, int remote_leader, int tag,
                          cmpi_comm *inter);
int cmpi_comm_free(cmpi_comm comm);
int cmpi_comm_get_parent(cmpi_comm *parent);
/// Collective. Blocks until nothing is under way on the communicator.
int cmpi_comm_disconnect(cmpi_comm comm);
/// Spawns processes from the self communicator. `arguments` end with NULL. `keys` and `values` make the info. Blocks
/// until all processes have started MPI.
int cmpi_comm_spawn(const char *command, char *const arguments[], int count, const char *const keys[],
                    const char *const values[], int key_count, cmpi_comm *inter);

// MARK: Messages

// Payloads are bytes, and counts are in bytes. If the library lacks MPI 4's calls for large counts, a count that does
// not fit an int gives MPI_ERR_COUNT.

/// A negative destination gives MPI_ERR_RANK. In MPI it could be MPI_PROC_NULL, and the message would be lost silently.
int cmpi_isend(const void *data, int64_t count, int destination, int tag, cmpi_comm comm, cmpi_request *request);
/// `source` and `tag` may be `CMPI_ANY`. `*message` and `*status` are set if `*flag` is.
int cmpi_improbe(int source, int tag, cmpi_comm comm, int *flag, cmpi_message *message, cmpi_status *status);
int cmpi_imrecv(void *data, int64_t count, cmpi_message message, cmpi_request *request);
/// If `*flag` is set, `*request` becomes `cmpi_request_null()` and `*status` is set.
int cmpi_test(cmpi_request *request, int *flag, cmpi_status *status);
cmpi_request cmpi_request_null(void);

// MARK: Collectives

// Collectives for hand-shakes. Counts are in bytes and must fit an int. Buffers must stay in place until the request is
// complete. The calls are non-blocking, so that a thread that waits can yield its core between two tests.

int cmpi_ibarrier(cmpi_comm comm, cmpi_request *request);
int cmpi_ibcast(void *data, int64_t count, int root, cmpi_comm comm, cmpi_request *request);
/// `gathered` has room for `count` bytes per process. It is written on the root only.
int cmpi_igather(const void *data, int64_t count, void *gathered, int root, cmpi_comm comm, cmpi_request *request);

#pragma GCC visibility pop

#endif
