/// The launcher's names for functions that end a process or a thread; see `premature_end.c` of CLinux.
#ifndef CLAUNCHERSTUB_H
#define CLAUNCHERSTUB_H

/// Passes `_exit`, `_Exit` and `pthread_exit` on to the library, from now on.
///
/// - Parameter library: A handle of `dlopen`.
void clauncherstub_pass_ends_to(void *library);

#include <stdint.h>

/// Which signals this process was started with as ignored, and which as blocked; see `clinux_get_signals_at_start`.
void clauncherstub_get_signals_at_start(uint64_t *ignored, uint64_t *blocked);

#endif
