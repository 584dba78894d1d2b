/* The Julia set of 0.65i, one call for each line of the picture: examples/julia in C.
 *
 *     mpiexec -n 17 mpifutures ./libjulia.so [FILE]
 */
#include <math.h>
#include <mpifutures.h>
#include <stdint.h>
#include <stdio.h>

enum { WIDTH = 1280, HEIGHT = 960 };

static uint8_t brightness(double re, double im)
{
    uint8_t steps = 255;
    while (steps > 1 && hypot(re, im) < 3) {
        const double next = re * re - im * im;
        im = re * im + im * re + 0.65;
        re = next;
        steps--;
    }
    return steps;
}

/* Task: one line, a byte a point: 255 less the number of steps in which the point leaves the disc of radius 3. */
int julia_line(mpifutures_call *call)
{
    int64_t row;
    if (mpifutures_get_int64(call, 0, &row)) return 1;
    uint8_t *line = mpifutures_return_buffer(call, MPIFUTURES_UINT8, WIDTH);
    if (!line) return 1;
    const double im = 1.5 - (double)row * (3.0 / HEIGHT);
    for (int column = 0; column < WIDTH; column++) line[column] = brightness(-2 + column * (4.0 / WIDTH), im);
    return 0;
}

static int next_row(void *context, mpifutures_arguments *arguments)
{
    int *row = context;
    if (*row == HEIGHT) return MPIFUTURES_END;
    return mpifutures_arguments_set(arguments, "i", (*row)++);
}

/* Writes the lines in order, as they come. */
static int write_lines(mpifutures_map *lines, FILE *file)
{
    mpifutures_value value;
    const void *line;
    size_t width;
    int status;
    while ((status = mpifutures_map_next(lines, -1, &value)) == MPIFUTURES_OK) {
        if (mpifutures_value_bytes(&value, &line, &width)) return 1;
        fwrite(line, 1, width, file);
    }
    return status != MPIFUTURES_END;
}

int main(int argc, char **argv)
{
    FILE *file = fopen(argc > 1 ? argv[1] : "julia.pgm", "wb");
    if (!file) {
        perror(argc > 1 ? argv[1] : "julia.pgm");
        return 1;
    }
    fprintf(file, "P5 %d %d 255\n", WIDTH, HEIGHT);
    int row = 0;
    mpifutures_executor *executor = mpifutures_executor_create(0);
    mpifutures_map *lines = mpifutures_executor_map(executor, "julia_line", next_row, &row, NULL);
    int failed = !lines || write_lines(lines, file);
    if (failed) fprintf(stderr, "julia: %s\n", mpifutures_error_message());
    mpifutures_map_release(lines);
    mpifutures_executor_destroy(executor);
    if (fclose(file)) {
        perror("julia");
        failed = 1;
    }
    return failed;
}
