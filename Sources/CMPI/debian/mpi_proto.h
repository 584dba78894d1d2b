// Debian keeps MPICH's headers in a folder of their own, and its <mpich/mpi.h> asks for
// <mpi_proto.h> as if that folder were on the search path. This file leads it there, and steps
// aside when another MPICH, whose own folder is on the path, brings the header itself.
#if __has_include_next(<mpi_proto.h>)
#include_next <mpi_proto.h>
#else
#include <mpich/mpi_proto.h>
#endif
