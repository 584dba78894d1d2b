/* The squares of 1000 numbers in ten pieces, of which one fails, and the sum of the others. The same job is here in six
 * languages: see examples/README.md.
 *
 *     mpiexec -n 3 mpifutures ./libsquares-c.so
 */
#include <mpifutures.h>
#include <stdio.h>

enum { PIECES = 10, LENGTH = 100 };

/* Task: the squares of some numbers, none of which may be negative. */
int square(mpifutures_call *call)
{
    mpifutures_array numbers;
    if (mpifutures_get_array(call, 0, MPIFUTURES_DOUBLE, &numbers)) return 1;
    double *squares = mpifutures_return_buffer(call, MPIFUTURES_DOUBLE, numbers.count);
    if (!squares) return 1;
    for (size_t i = 0; i < numbers.count; i++) {
        double x = ((const double *)numbers.elements)[i];
        if (x < 0) return mpifutures_raise(call, "%g is negative", x);
        squares[i] = x * x;
    }
    return 0;
}

int main(void)
{
    double numbers[PIECES * LENGTH], sum = 0;
    for (int i = 0; i < PIECES * LENGTH; i++) numbers[i] = i;
    numbers[450] = -450;

    mpifutures_executor *executor = mpifutures_executor_create(0);
    mpifutures_future *futures[PIECES];
    for (int i = 0; i < PIECES; i++) {
        futures[i] = mpifutures_executor_submit(executor, "square", "d#", numbers + i * LENGTH, (size_t)LENGTH);
    }
    for (int i = 0; i < PIECES; i++) {
        mpifutures_value result;
        mpifutures_array squares;
        if (mpifutures_future_result(futures[i], -1, &result)
            || mpifutures_value_array(&result, MPIFUTURES_DOUBLE, &squares)) {
            printf("piece %d failed\n", i);
            fprintf(stderr, "%s\n", mpifutures_error_message());
        } else {
            for (size_t k = 0; k < squares.count; k++) sum += ((const double *)squares.elements)[k];
        }
        mpifutures_future_release(futures[i]);
    }
    printf("the others have the sum %.0f\n", sum);
    mpifutures_executor_destroy(executor);
    return 0;
}
