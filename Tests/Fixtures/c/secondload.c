/* A plugin that only the first process survives that loads it. LOADS is a file with a byte for each. With HANG, the
 * process of that number hangs instead, and those before it go on. */
#include "mpifutures.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((constructor)) static void load(void) {
    const char *path = getenv("LOADS");
    if (!path) return;
    const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat state;
    if (file < 0 || write(file, "x", 1) != 1 || fstat(file, &state)) exit(9);
    close(file);
    const char *hang = getenv("HANG");
    if (!hang && state.st_size > 1) abort();
    if (hang && state.st_size >= atoi(hang)) sleep(1000);
}

int nothing(mpifutures_call *task) {
    (void)task;
    return 0;
}

int main(void) {
    mpifutures_executor *const executor = mpifutures_executor_create(2);
    mpifutures_future *const future = executor ? mpifutures_executor_submit(executor, "nothing", "") : NULL;
    mpifutures_value value;
    if (future && !mpifutures_future_result(future, 30, &value)) return 0;
    fprintf(stderr, "program: %s\n", mpifutures_error_message());
    return 3;
}
