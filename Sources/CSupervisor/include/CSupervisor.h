/// The supervisor of a worker's commands: a process of its own, which starts them and is the parent of all that they
/// leave behind. It ends their descendants when the worker ends, whatever has ended the worker.
///
/// Worker and supervisor talk over a socket. The worker sends a request; the supervisor sends one reply to each
/// request to run a command. A supervisor runs one command at a time.
#ifndef CSUPERVISOR_H
#define CSUPERVISOR_H

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// How a process is told to be a supervisor: the first word of its command line.
#define CSUPERVISOR_NAME "mpifutures-supervisor"

enum {
    /// Run a command. The descriptors are the command's directory, standard output and standard error, its standard
    /// input if `has_input` is not 0, and its descriptor 3 if the command is to have one. `size` bytes follow: the file
    /// and the arguments, each with a zero byte.
    CSUPERVISOR_RUN = 1,
    /// Kill the command that runs, with its descendants.
    CSUPERVISOR_KILL = 2,
};

struct csupervisor_request {
    uint32_t kind;
    /// The number of words that follow: the file is one, and each argument.
    uint32_t word_count;
    uint64_t size;
    uint64_t has_input;
};

enum {
    /// The command could not be started; the value is the system's error number.
    CSUPERVISOR_FAILED = 1,
    /// The command has ended; the value is its status, as `wait` reports it.
    CSUPERVISOR_ENDED = 2,
};

struct csupervisor_reply {
    int32_t kind;
    int32_t value;
};

/// Serves as a supervisor: standard input is the socket. Returns the exit status once the worker has closed its end of
/// the socket or has ended, and no descendant is left.
int csupervisor_serve(void);

/// Sends a request to run a command. Returns 0, or -1 with `errno` set.
int csupervisor_send_run(
    int socket, const void *words, size_t size, uint32_t word_count, const int *descriptors, int descriptor_count,
    int has_input
);

/// Sends a request to kill the command that runs. Returns 0, or -1 with `errno` set.
int csupervisor_send_kill(int socket);

#pragma GCC visibility pop

#endif
