#define _GNU_SOURCE
#include "abi/mpich.h"
#include "calls/all.h"

const struct cmpi_calls cmpi_calls_mpich = CALLS;
