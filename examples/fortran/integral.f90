! Pi as the integral of 4 / (1 + x^2) from 0 to 1, in 64 parts: a task and its master in Fortran 2008.
!
!     mpiexec -n 3 mpifutures ./libintegral.so
module integral
    use, intrinsic :: iso_c_binding
    implicit none

    ! mpifutures_value, whose members are private to the library.
    type, bind(c) :: mpifutures_value
        type(c_ptr) :: message
        integer(c_size_t) :: size, offset
        type(c_ptr) :: owner
    end type

    integer, parameter :: parts = 64, steps = 100000

    interface
        function mpifutures_get_int64(call, position, number) bind(c) result(status)
            import
            type(c_ptr), value :: call
            integer(c_size_t), value :: position
            integer(c_int64_t), intent(out) :: number
            integer(c_int) :: status
        end function
        function mpifutures_return_double(call, number) bind(c) result(status)
            import
            type(c_ptr), value :: call
            real(c_double), value :: number
            integer(c_int) :: status
        end function
        function mpifutures_executor_create(max_workers) bind(c) result(executor)
            import
            integer(c_size_t), value :: max_workers
            type(c_ptr) :: executor
        end function
        subroutine mpifutures_executor_destroy(executor) bind(c)
            import
            type(c_ptr), value :: executor
        end subroutine
        function mpifutures_executor_submit_cbor(executor, callable, arguments, size) bind(c) result(future)
            import
            type(c_ptr), value :: executor
            character(kind=c_char), intent(in) :: callable(*)
            integer(c_int8_t), intent(in) :: arguments(*)
            integer(c_size_t), value :: size
            type(c_ptr) :: future
        end function
        function mpifutures_future_result(future, timeout, value) bind(c) result(status)
            import
            type(c_ptr), value :: future
            real(c_double), value :: timeout
            type(mpifutures_value), intent(out) :: value
            integer(c_int) :: status
        end function
        subroutine mpifutures_future_release(future) bind(c)
            import
            type(c_ptr), value :: future
        end subroutine
        function mpifutures_value_double(value, number) bind(c) result(status)
            import
            type(mpifutures_value), intent(in) :: value
            real(c_double), intent(out) :: number
            integer(c_int) :: status
        end function
    end interface

contains

    ! Task: the integral over one part, by the midpoint rule.
    function integrate(call) bind(c) result(status)
        type(c_ptr), value :: call
        integer(c_int) :: status, step
        integer(c_int64_t) :: part
        real(c_double) :: x, width, total

        status = mpifutures_get_int64(call, 0_c_size_t, part)
        if (status /= 0) return
        width = 1.0_c_double / (real(parts, c_double) * steps)
        total = 0
        do step = 0, steps - 1
            x = (real(part, c_double) * steps + step + 0.5_c_double) * width
            total = total + 4 / (1 + x * x)
        end do
        status = mpifutures_return_double(call, total * width)
    end function

    function run(argc, argv) bind(c, name="main") result(status)
        integer(c_int), value :: argc
        type(c_ptr), value :: argv
        integer(c_int) :: status
        type(c_ptr) :: executor, futures(parts)
        type(mpifutures_value) :: value
        integer(c_int8_t) :: arguments(3)
        real(c_double) :: area, pi
        integer :: part

        status = 1
        executor = mpifutures_executor_create(0_c_size_t)
        if (.not. c_associated(executor)) return
        do part = 1, parts
            ! The arguments in CBOR: a list of one element (-127, 81 in hexadecimal), a number of one byte (24).
            arguments = [-127_c_int8_t, 24_c_int8_t, int(part - 1, c_int8_t)]
            futures(part) = mpifutures_executor_submit_cbor( &
                executor, "integrate"//c_null_char, arguments, 3_c_size_t)
        end do
        pi = 0
        do part = 1, parts
            if (mpifutures_future_result(futures(part), -1.0_c_double, value) /= 0) return
            if (mpifutures_value_double(value, area) /= 0) return
            pi = pi + area
            call mpifutures_future_release(futures(part))
        end do
        call mpifutures_executor_destroy(executor)
        print '(f12.10)', pi
        status = 0
    end function
end module
