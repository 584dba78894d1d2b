#ifndef DESCENDANTS_H
#define DESCENDANTS_H

#include <sys/types.h>

/// Sends a signal to every process that descends from `root`, and to `root` itself if `includes_root`.
__attribute__((visibility("hidden"))) void signal_descendants(pid_t root, int includes_root, int signal);

#endif
