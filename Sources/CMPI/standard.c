#define _GNU_SOURCE
#include "abi/standard.h"
#include "calls/all.h"

const struct cmpi_calls cmpi_calls_standard = CALLS;
