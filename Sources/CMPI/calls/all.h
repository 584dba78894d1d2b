// The calls of `CMPI.h` for the binary interface that the including file has included.

#include "../calls.h"

#include <dlfcn.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "binding.h"

#include "collectives.h"
#include "communicators.h"
#include "environment.h"
#include "errors.h"
#include "messages.h"

#define ENTRY(type, name, parameters, arguments) .name = call_##name,
#define CALLS {CMPI_CALLS(ENTRY) .bind = bind}
