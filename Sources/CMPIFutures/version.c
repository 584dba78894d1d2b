#include "mpifutures.h"

const char *mpifutures_version(void) { return MPIFUTURES_VERSION; }
