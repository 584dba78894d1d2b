/* A program in C: prints its arguments and returns the last one. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    for (int i = 0; i < argc; ++i) printf("%s\n", argv[i]);
    return argc > 1 ? atoi(argv[argc - 1]) : 0;
}
