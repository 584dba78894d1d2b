/// The launcher's names for functions that end a process or a thread; see `premature_end.c` of CLinux.
#ifndef CLAUNCHERSTUB_H
#define CLAUNCHERSTUB_H

/// Passes `_exit`, `_Exit` and `pthread_exit` on to the library, from now on.
///
/// - Parameter library: A handle of `dlopen`.
void clauncherstub_pass_ends_to(void *library);

#endif
