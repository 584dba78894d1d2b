// To be preloaded: counts what the processes of a job allocate and send.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <mpi.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_long allocations, messages, bytes;

long counted_allocations(void) { return atomic_load(&allocations); }
long counted_messages(void) { return atomic_load(&messages); }
long counted_bytes(void) { return atomic_load(&bytes); }

static void count(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

// glibc's own names for its functions: `dlsym` would allocate.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    count();
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    count();
    *block = __libc_memalign(alignment, size);
    return *block == NULL ? ENOMEM : 0;
}

static void count_message(MPI_Count size) {
    atomic_fetch_add_explicit(&messages, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&bytes, (long)size, memory_order_relaxed);
}

int MPI_Isend(const void *data, int size, MPI_Datatype type, int rank, int tag, MPI_Comm comm, MPI_Request *request) {
    count_message(size);
    return PMPI_Isend(data, size, type, rank, tag, comm, request);
}

#if MPI_VERSION >= 4
int MPI_Isend_c(const void *data, MPI_Count size, MPI_Datatype type, int rank, int tag, MPI_Comm comm,
                MPI_Request *request) {
    count_message(size);
    return PMPI_Isend_c(data, size, type, rank, tag, comm, request);
}
#endif
