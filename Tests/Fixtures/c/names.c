#include "mpifutures.h"

/* Returns the bytes of its argument, which is read as a string. */
int copy(mpifutures_call *call) {
    const char *text;
    size_t length;
    if (mpifutures_get_string(call, 0, &text, &length)) return 1;
    return mpifutures_return_bytes(call, text, length);
}
