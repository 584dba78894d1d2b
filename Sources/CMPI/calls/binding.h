// What all calls for one binary interface share. A file that includes `calls/all.h` has included the interface before.

#include "../functions.h"

/// The functions of the MPI library.
static struct {
#define POINTER(type, name, parameters) type(*name) parameters;
    MPI_FUNCTIONS(POINTER)
    ABI_FUNCTIONS(POINTER)
    MPI_OPTIONAL_FUNCTIONS(POINTER)
#undef POINTER
} mpi;

/// The objects of the MPI library that its constants point to.
static struct {
#define POINTER(name) void *name;
    ABI_OBJECTS(POINTER)
#undef POINTER
    char none;
} objects;

static const char *bind(void *library) {
#define LOOK_UP(type, name, parameters) *(void **)&mpi.name = dlsym(library, "MPI_" #name);
#define REQUIRE(type, name, parameters)                                                                                \
    LOOK_UP(type, name, parameters)                                                                                    \
    if (!mpi.name) return "MPI_" #name;
#define REQUIRE_OBJECT(name)                                                                                           \
    objects.name = dlsym(library, #name);                                                                              \
    if (!objects.name) return #name;
    MPI_FUNCTIONS(REQUIRE)
    ABI_FUNCTIONS(REQUIRE)
    MPI_OPTIONAL_FUNCTIONS(LOOK_UP)
    ABI_OBJECTS(REQUIRE_OBJECT)
    if (!mpi.Get_count_c && !mpi.Get_elements_x) return "MPI_Get_elements_x";
#undef LOOK_UP
#undef REQUIRE
#undef REQUIRE_OBJECT
    (void)objects;
    return NULL;
}

#define MPI_SUCCESS 0

// Handles are an int in MPICH and a pointer elsewhere: intptr_t holds both.

static inline MPI_Comm comm_of(cmpi_comm handle) { return (MPI_Comm)handle; }
static inline MPI_Request request_of(cmpi_request handle) { return (MPI_Request)handle; }
static inline MPI_Message message_of(cmpi_message handle) { return (MPI_Message)handle; }
