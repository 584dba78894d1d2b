#define _GNU_SOURCE
#include "../CLinux/signals_at_start.h"
#include "CLauncherStub.h"

void clauncherstub_get_signals_at_start(uint64_t *ignored, uint64_t *blocked) {
    *ignored = ignored_at_start;
    *blocked = blocked_at_start;
}
