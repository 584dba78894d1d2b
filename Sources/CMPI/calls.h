// The calls of `CMPI.h` that differ between the binary interfaces of MPI libraries.
#ifndef CMPI_CALLS_H
#define CMPI_CALLS_H

#include "CMPI.h"

// The type of the result, the name, the parameters, the arguments.
#define CMPI_CALLS(CALL)                                                                                               \
    CALL(int, init_thread, (int requested, int *provided), (requested, provided))                                      \
    CALL(int, query_thread, (int *provided), (provided))                                                               \
    CALL(int, initialized, (int *flag), (flag))                                                                        \
    CALL(int, finalized, (int *flag), (flag))                                                                          \
    CALL(int, observe_finalize, (void (*observer)(void)), (observer))                                                  \
    CALL(int, finalize, (void), ())                                                                                    \
    CALL(int, abort, (int code), (code))                                                                               \
    CALL(int, get_library_version, (char *text), (text))                                                               \
    CALL(int, universe_size, (int *size), (size))                                                                      \
    CALL(int, error_string, (int code, char *text), (code, text))                                                      \
    CALL(int, error_class, (int code, int *error_class), (code, error_class))                                          \
    CALL(const char *, error_class_name, (int error_class), (error_class))                                             \
    CALL(cmpi_comm, comm_world, (void), ())                                                                            \
    CALL(cmpi_comm, comm_self, (void), ())                                                                             \
    CALL(cmpi_comm, comm_null, (void), ())                                                                             \
    CALL(cmpi_comm, comm_f2c, (int32_t fortran_handle), (fortran_handle))                                              \
    CALL(int32_t, comm_c2f, (cmpi_comm comm), (comm))                                                                  \
    CALL(int, comm_rank, (cmpi_comm comm, int *rank), (comm, rank))                                                    \
    CALL(int, comm_size, (cmpi_comm comm, int *size), (comm, size))                                                    \
    CALL(int, comm_remote_size, (cmpi_comm comm, int *size), (comm, size))                                             \
    CALL(int, comm_test_inter, (cmpi_comm comm, int *flag), (comm, flag))                                              \
    CALL(int, comm_set_errhandler_return, (cmpi_comm comm), (comm))                                                    \
    CALL(int, comm_dup, (cmpi_comm comm, cmpi_comm *copy), (comm, copy))                                               \
    CALL(int, comm_without, (cmpi_comm comm, int rank, int tag, cmpi_comm *part), (comm, rank, tag, part))             \
    CALL(int, comm_split, (cmpi_comm comm, int color, int key, cmpi_comm *part), (comm, color, key, part))             \
    CALL(int, intercomm_create,                                                                                        \
         (cmpi_comm local, int local_leader, cmpi_comm peer, int remote_leader, int tag, cmpi_comm *inter),            \
         (local, local_leader, peer, remote_leader, tag, inter))                                                       \
    CALL(int, comm_free, (cmpi_comm comm), (comm))                                                                     \
    CALL(int, comm_get_parent, (cmpi_comm *parent), (parent))                                                          \
    CALL(int, comm_disconnect, (cmpi_comm comm), (comm))                                                               \
    CALL(int, comm_spawn,                                                                                              \
         (const char *command, char *const arguments[], int count, const char *const keys[],                           \
          const char *const values[], int key_count, cmpi_comm *inter),                                                \
         (command, arguments, count, keys, values, key_count, inter))                                                  \
    CALL(int, isend,                                                                                                   \
         (const void *data, int64_t count, int destination, int tag, cmpi_comm comm, cmpi_request *request),           \
         (data, count, destination, tag, comm, request))                                                               \
    CALL(int, improbe,                                                                                                 \
         (int source, int tag, cmpi_comm comm, int *flag, cmpi_message *message, cmpi_status *status),                 \
         (source, tag, comm, flag, message, status))                                                                   \
    CALL(int, imrecv, (void *data, int64_t count, cmpi_message message, cmpi_request *request),                        \
         (data, count, message, request))                                                                              \
    CALL(int, test, (cmpi_request * request, int *flag, cmpi_status *status), (request, flag, status))                 \
    CALL(cmpi_request, request_null, (void), ())                                                                       \
    CALL(int, ibarrier, (cmpi_comm comm, cmpi_request *request), (comm, request))                                      \
    CALL(int, ibcast, (void *data, int64_t count, int root, cmpi_comm comm, cmpi_request *request),                    \
         (data, count, root, comm, request))                                                                           \
    CALL(int, igather,                                                                                                 \
         (const void *data, int64_t count, void *gathered, int root, cmpi_comm comm, cmpi_request *request),           \
         (data, count, gathered, root, comm, request))

/// The calls for one binary interface.
struct cmpi_calls {
#define MEMBER(type, name, parameters, arguments) type(*name) parameters;
    CMPI_CALLS(MEMBER)
#undef MEMBER
    /// Looks the functions and objects of MPI up, in a library or in what the whole process has loaded. Returns the name
    /// of one that is missing, or NULL.
    const char *(*bind)(void *library);
};

#pragma GCC visibility push(hidden)
extern const struct cmpi_calls cmpi_calls_mpich, cmpi_calls_openmpi, cmpi_calls_standard;
#pragma GCC visibility pop

#endif
