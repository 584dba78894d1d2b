#include "mpifutures.h"
#include <math.h>
int square_root(mpifutures_call *call) {
    double x;
    if (mpifutures_get_double(call, 0, &x)) return 1;
    if (x < 0) return mpifutures_raise(call, "negative input %g", x);
    return mpifutures_return_double(call, sqrt(x));
}

int square_root_of(mpifutures_call *call) {
    double x;
    if (mpifutures_get_double_named(call, "x", &x)) return 1;
    return mpifutures_return_double(call, sqrt(x));
}
