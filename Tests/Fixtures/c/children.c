/* Children that a task, or the program, forks: they end without the other process's exit and signal handlers. */
#define _GNU_SOURCE
#include "mpifutures.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static mpifutures_executor *executor;

static void nothing(void) {}

static void crash(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    *(volatile int *)64 = 1;
}

/* What the child does. Returns only for `return`, to whoever has forked it. */
static void live(const char *kind) {
    if (!strcmp(kind, "exit")) exit(7);
    if (!strcmp(kind, "exit-zero")) exit(0);
    if (!strcmp(kind, "_exit")) _exit(7);
    if (!strcmp(kind, "quick_exit")) quick_exit(7);
    if (!strcmp(kind, "exec")) { execlp("nosuchprogram", "x", (char *)0); exit(127); }
    if (!strcmp(kind, "handler")) { atexit(nothing); exit(7); }
    if (!strcmp(kind, "crash")) crash();
    if (!strcmp(kind, "abort")) abort();
    if (!strcmp(kind, "signal")) { raise(SIGTERM); sleep(1); raise(SIGINT); sleep(20); exit(7); }
    if (!strcmp(kind, "destroy")) { mpifutures_executor_destroy(executor); exit(7); }
    if (!strcmp(kind, "submit"))
        exit(!mpifutures_executor_submit(executor, "child", "s", "exit") ? 7 : 1);
}

/* How a child ends: its status, or 1000 and the number of its signal. */
static int child(const char *kind) {
    int status = 0;
    if (!strcmp(kind, "vfork")) {
        const pid_t process = vfork();
        if (process == 0) { execlp("nosuchprogram", "x", (char *)0); _exit(127); }
        waitpid(process, &status, 0);
    } else if (!strcmp(kind, "system")) {
        status = system("nosuchprogram 2>/dev/null");
    } else {
        const pid_t process = fork();
        if (process == 0) { live(kind); return -1; }
        waitpid(process, &status, 0);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void *child_of_a_thread(void *kind) { return (void *)(long)child(kind); }

static int fork_child(mpifutures_call *task, int (*make)(const char *)) {
    const char *kind;
    size_t length;
    if (mpifutures_get_string(task, 0, &kind, &length)) return 1;
    return mpifutures_return_int64(task, make(kind));
}

static int by_thread(const char *kind) {
    pthread_t thread;
    void *result = NULL;
    pthread_create(&thread, NULL, child_of_a_thread, (void *)kind);
    pthread_join(thread, &result);
    return (int)(long)result;
}

int fork_here(mpifutures_call *task) { return fork_child(task, child); }
int fork_by_thread(mpifutures_call *task) { return fork_child(task, by_thread); }

/* The number of bytes on standard input. */
int read_input(mpifutures_call *task) {
    char byte;
    long count = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) count++;
    return mpifutures_return_int64(task, count);
}

/* WHO KIND: forks a child here (`program`) or in a task, and shows how it ended and that the executor goes on; or shows
 * what a task reads (`input`). */
int main(int count, char **arguments) {
    mpifutures_serve_if_worker();
    if (count < 3) return 2;
    executor = mpifutures_executor_create(2);
    mpifutures_value value;
    int64_t result = -1;
    if (!strcmp(arguments[1], "program")) {
        mpifutures_executor_worker_count(executor);
        result = child(arguments[2]);
        if (result == -1) return 9;
        printf("%d\n", (int)result);
        fflush(stdout);
    }
    const char *kind = strcmp(arguments[1], "program") ? arguments[2] : "exit-zero";
    const char *task = strcmp(arguments[1], "input") ? "fork_here" : "read_input";
    mpifutures_future *future = mpifutures_executor_submit(executor, task, "s", kind);
    if (mpifutures_future_result(future, 30, &value) || mpifutures_value_int64(&value, &result))
        fprintf(stderr, "%s\n", mpifutures_error_message());
    printf("%d\n", (int)result);
    mpifutures_future_release(future);
    mpifutures_executor_destroy(executor);
    return 0;
}
