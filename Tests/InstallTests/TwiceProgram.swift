/// A program in C, and in C++, with one task. Without arguments it prints 42, as a plugin and as a program of its own.
enum TwiceProgram {
    static let source = """
        #include <mpifutures.h>
        #include <stdio.h>
        #ifdef __cplusplus
        extern "C"
        #endif
        int twice(mpifutures_call *call)
        {
            double x;
            if (mpifutures_get_double(call, 0, &x)) return 1;
            return mpifutures_return_double(call, 2 * x);
        }
        int main(void)
        {
            double x = 0;
            mpifutures_value value;
            mpifutures_serve_if_worker();
            mpifutures_executor *executor = mpifutures_executor_create(0);
            mpifutures_future *future = mpifutures_executor_submit(executor, "twice", "d", 21.0);
            if (mpifutures_future_result(future, -1, &value) || mpifutures_value_double(&value, &x)) {
                puts(mpifutures_error_message());
            }
            printf("%g\\n", x);
            mpifutures_future_release(future);
            mpifutures_executor_destroy(executor);
            return 0;
        }
        """
}
