#define _GNU_SOURCE
#include "abi/openmpi.h"
#include "calls/all.h"

const struct cmpi_calls cmpi_calls_openmpi = CALLS;
