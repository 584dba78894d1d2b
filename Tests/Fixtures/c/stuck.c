/* Put before MPI: an MPI_Finalize that does not come back. */
#include <unistd.h>

int MPI_Finalize(void) {
    for (;;) pause();
}
