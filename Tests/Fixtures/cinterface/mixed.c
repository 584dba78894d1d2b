/* A master in C that calls Swift, and then leaves the rest to one in Swift. */
#include <inttypes.h>
#include <mpifutures.h>
#include <stdio.h>

int run_swift_master(void);

static mpifutures_future *checked(const char *name, mpifutures_future *future, mpifutures_value *value)
{
    printf("%s: ", name);
    if (future && !mpifutures_future_result(future, -1, value)) return future;
    printf("error %d: %s\n", mpifutures_error_status(), mpifutures_error_message());
    mpifutures_future_release(future);
    return NULL;
}

static void line(mpifutures_future *future)
{
    mpifutures_value value;
    mpifutures_array array;
    if (!(future = checked("line", future, &value))) return;
    if (!mpifutures_value_array(&value, MPIFUTURES_DOUBLE, &array)) {
        for (size_t index = 0; index < array.count; index++) printf("%g ", ((const double *)array.elements)[index]);
    }
    printf("\n");
    mpifutures_future_release(future);
}

int main(void)
{
    mpifutures_executor *executor = mpifutures_executor_create(2);
    mpifutures_value value, member;
    int64_t low;
    double high;
    line(mpifutures_executor_submit(executor, "mixed.Line", "{s:l}", "row", 5L));
    line(mpifutures_executor_submit(executor, "Line", "{s:i,s:i}", "row", 2, "width", 4));
    line(mpifutures_executor_submit(executor, "mixed.Line", "{s:i}", "row", -1));
    line(mpifutures_executor_submit(executor, "mixed.Line", "{s:s}", "row", "five"));
    line(mpifutures_executor_submit(executor, "mixed.Line", "{s:i}", "column", 5));
    line(mpifutures_executor_submit(executor, "mixed.Refusal", "{}"));
    mpifutures_future *future = checked(
        "measure", mpifutures_executor_submit(executor, "mixed.Measure", "{s:d}", "scale", 1.25), &value);
    if (future && !mpifutures_value_member(&value, "low", &member) && !mpifutures_value_int64(&member, &low) &&
        !mpifutures_value_member(&value, "high", &member) && !mpifutures_value_double(&member, &high)) {
        printf("%" PRId64 " to %g\n", low, high);
    }
    if (future && mpifutures_value_member(&value, "middle", &member)) printf("%s\n", mpifutures_error_message());
    mpifutures_future_release(future);
    mpifutures_executor_destroy(executor);
    fflush(stdout);
    return run_swift_master();
}
