// This is the only file that includes MPI's own header.
//
// The compiler's search path (CPATH, or CPPFLAGS of a package build) chooses the MPI library. The default is Debian's
// MPICH.
#ifndef CMPI_MPI_LIBRARY_H
#define CMPI_MPI_LIBRARY_H

#include "CMPI.h"

#if __has_include(<mpi.h>)
#include <mpi.h>
#elif __has_include(<mpich/mpi.h>)
#include <mpich/mpi.h>
#else
#error "no <mpi.h>: install libmpich-dev, or name another MPI's include folder in CPATH"
#endif

#if MPI_VERSION < 3
#error "MPI 3.0 or later is needed: matched probes and non-blocking collectives"
#endif

#include <limits.h>

// Handles are an int in MPICH and a pointer in Open MPI and in the MPI 5 ABI: intptr_t holds both.

_Static_assert(sizeof(MPI_Comm) <= sizeof(cmpi_comm), "a communicator handle does not fit");
_Static_assert(sizeof(MPI_Request) <= sizeof(cmpi_request), "a request handle does not fit");
_Static_assert(sizeof(MPI_Message) <= sizeof(cmpi_message), "a message handle does not fit");
_Static_assert(MPI_SUCCESS == 0, "callers take 0 for success");

static inline MPI_Comm comm_of(cmpi_comm handle) { return (MPI_Comm)handle; }
static inline MPI_Request request_of(cmpi_request handle) { return (MPI_Request)handle; }
static inline MPI_Message message_of(cmpi_message handle) { return (MPI_Message)handle; }

/// Translates MPI's status. The count is in bytes, or -1 if MPI cannot tell it.
static inline cmpi_status status_of(const MPI_Status *status) {
    cmpi_status result = {
        .source = status->MPI_SOURCE,
        .tag = status->MPI_TAG,
        .count = -1,
    };
#if MPI_VERSION >= 4
    MPI_Count count = 0;
    int code = MPI_Get_count_c(status, MPI_BYTE, &count);
#else
    MPI_Count count = 0;
    int code = MPI_Get_elements_x(status, MPI_BYTE, &count);
#endif
    if (code == MPI_SUCCESS && count != MPI_UNDEFINED) result.count = count;
    return result;
}

#endif
