#include "shims.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The last error of a thread: made with its first one, freed with the thread. */
struct last_error {
    int status;
    char *message;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void forget(void *pointer) {
    struct last_error *error = pointer;
    free(error->message);
    free(error);
}

static void make_key(void) {
    pthread_key_create(&key, forget);
}

int mpifutures_set_error(int status, const char *message) {
    pthread_once(&once, make_key);
    struct last_error *error = pthread_getspecific(key);
    if (!error) {
        error = calloc(1, sizeof *error);
        if (!error) return status;
        pthread_setspecific(key, error);
    }
    free(error->message);
    size_t size = strlen(message) + 1;
    error->message = malloc(size);
    if (error->message) memcpy(error->message, message, size);
    error->status = status;
    return status;
}

const char *mpifutures_error_message(void) {
    pthread_once(&once, make_key);
    const struct last_error *error = pthread_getspecific(key);
    return error && error->message ? error->message : "";
}

int mpifutures_error_status(void) {
    pthread_once(&once, make_key);
    const struct last_error *error = pthread_getspecific(key);
    return error ? error->status : MPIFUTURES_OK;
}
