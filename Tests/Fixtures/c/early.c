/* Makes an executor when it is loaded: workers that did so would start workers, which load it. */
#include "mpifutures.h"

__attribute__((constructor)) static void make(void) {
    mpifutures_executor_destroy(mpifutures_executor_create(2));
}

int main(void) { return 0; }
