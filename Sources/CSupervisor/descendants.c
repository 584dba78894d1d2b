// The family of a process, as /proc shows it.

#define _GNU_SOURCE
#include "descendants.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct process {
    pid_t id, parent;
    int is_member;
};

/// Reads a process's parent; 0 if the process has ended.
static pid_t parent_of(pid_t id) {
    char path[32], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", id);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    const ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    // "12 (name, which may hold anything) S 11 …"
    const char *rest = strrchr(text, ')');
    char state;
    pid_t parent;
    if (!rest || sscanf(rest + 1, " %c %d", &state, &parent) != 2) return 0;
    return state == 'Z' || state == 'X' ? 0 : parent;
}

static struct process *read_processes(size_t *count) {
    struct process *processes = NULL;
    size_t capacity = 0;
    *count = 0;
    DIR *directory = opendir("/proc");
    if (!directory) return NULL;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        const pid_t id = (pid_t)atol(entry->d_name);
        const pid_t parent = parent_of(id);
        if (parent == 0) continue;
        if (*count == capacity) {
            capacity = capacity ? 2 * capacity : 256;
            struct process *larger = realloc(processes, capacity * sizeof *processes);
            if (!larger) break;
            processes = larger;
        }
        processes[(*count)++] = (struct process){.id = id, .parent = parent};
    }
    closedir(directory);
    return processes;
}

static int is_member(const struct process *processes, size_t count, pid_t id) {
    for (size_t index = 0; index < count; index++)
        if (processes[index].is_member && processes[index].id == id) return 1;
    return 0;
}

void signal_descendants(pid_t root, int includes_root, int number) {
    size_t count;
    struct process *processes = read_processes(&count);
    // Generation by generation: an identifier may be lower than its parent's.
    for (int has_changed = 1; has_changed;) {
        has_changed = 0;
        for (size_t index = 0; index < count; index++) {
            struct process *process = &processes[index];
            if (process->is_member) continue;
            process->is_member = process->parent == root || is_member(processes, count, process->parent);
            has_changed |= process->is_member;
        }
    }
    if (includes_root) kill(root, number);
    for (size_t index = 0; index < count; index++)
        if (processes[index].is_member) kill(processes[index].id, number);
    free(processes);
}
