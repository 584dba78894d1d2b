// Starting, ending and questions about the MPI environment.

#include "mpi_library.h"

#include <stdlib.h>

_Static_assert(MPI_MAX_PROCESSOR_NAME <= CMPI_TEXT_CAPACITY, "CMPI_TEXT_CAPACITY is too small");
_Static_assert(MPI_MAX_LIBRARY_VERSION_STRING <= CMPI_TEXT_CAPACITY, "CMPI_TEXT_CAPACITY is too small");

// The standard orders MPI's four levels but does not say which numbers they are.

static int level_of(int mpi_level) {
    if (mpi_level >= MPI_THREAD_MULTIPLE) return CMPI_THREAD_MULTIPLE;
    if (mpi_level >= MPI_THREAD_SERIALIZED) return CMPI_THREAD_SERIALIZED;
    if (mpi_level >= MPI_THREAD_FUNNELED) return CMPI_THREAD_FUNNELED;
    return CMPI_THREAD_SINGLE;
}

static int mpi_level_of(int level) {
    switch (level) {
    case CMPI_THREAD_SINGLE: return MPI_THREAD_SINGLE;
    case CMPI_THREAD_FUNNELED: return MPI_THREAD_FUNNELED;
    case CMPI_THREAD_SERIALIZED: return MPI_THREAD_SERIALIZED;
    default: return MPI_THREAD_MULTIPLE;
    }
}

int cmpi_init_thread(int requested, int *provided) {
    int mpi_level = MPI_THREAD_SINGLE;
    int code = MPI_Init_thread(NULL, NULL, mpi_level_of(requested), &mpi_level);
    *provided = level_of(mpi_level);
    return code;
}

int cmpi_query_thread(int *provided) {
    int mpi_level = MPI_THREAD_SINGLE;
    int code = MPI_Query_thread(&mpi_level);
    *provided = level_of(mpi_level);
    return code;
}

int cmpi_initialized(int *flag) { return MPI_Initialized(flag); }

int cmpi_finalized(int *flag) { return MPI_Finalized(flag); }

static void (*finalize_observer)(void);

static int observe_finalize(MPI_Comm comm, int keyval, void *value, void *extra) {
    (void)comm, (void)keyval, (void)value, (void)extra;
    finalize_observer();
    return MPI_SUCCESS;
}

int cmpi_observe_finalize(void (*observer)(void)) {
    finalize_observer = observer;
    int keyval = MPI_KEYVAL_INVALID;
    int code = MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, observe_finalize, &keyval, NULL);
    return code == MPI_SUCCESS ? MPI_Comm_set_attr(MPI_COMM_SELF, keyval, NULL) : code;
}

int cmpi_finalize(void) { return MPI_Finalize(); }

int cmpi_abort(int code) { return MPI_Abort(MPI_COMM_WORLD, code); }

int cmpi_get_library_version(char *text) {
    int length = 0;
    return MPI_Get_library_version(text, &length);
}

int cmpi_universe_size(int *size) {
    *size = -1;
#ifndef OPEN_MPI
    // MPICH 4 looks for a process manager when a process that none has started asks for this attribute: it runs
    // `mpiexec -pmi_args`, and waits for ever if that mpiexec does not know the option. Without a manager there is no
    // universe size.
    if (!getenv("PMI_FD") && !getenv("PMI_PORT") && !getenv("PMI_RANK")) return MPI_SUCCESS;
#endif
    int *value = NULL;
    int flag = 0;
    int code = MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_UNIVERSE_SIZE, &value, &flag);
    if (code == MPI_SUCCESS && flag && value) *size = *value;
    return code;
}
