/* What the Swift half of the C interface and its C half have in common; nothing of it leaves the library. */
#ifndef MPIFUTURES_SHIMS_H
#define MPIFUTURES_SHIMS_H

#include "mpifutures.h"

#pragma GCC visibility push(hidden)

/* Sets the calling thread's error; the message is copied. Returns the status. */
int mpifutures_set_error(int status, const char *message);

#pragma GCC visibility pop

#endif
