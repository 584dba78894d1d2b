! Pi as the integral of 4 / (1 + x^2) from 0 to 1, in 64 parts: a task and its master in Fortran 2008.
!
!     mpiexec -n 3 mpifutures ./libintegral.so
module integral
    use mpifutures
    implicit none

    integer, parameter :: parts = 64, steps = 100000

contains

    ! Task: the integral over one part, by the midpoint rule.
    function integrate(call) bind(c) result(status)
        type(c_ptr), value :: call
        integer(c_int) :: status
        integer :: part, step
        real(c_double) :: x, width, total

        status = mpifutures_get(call, 'part', part)
        if (status /= 0) return
        width = 1.0_c_double / (real(parts, c_double) * steps)
        total = 0
        do step = 0, steps - 1
            x = (real(part, c_double) * steps + step + 0.5_c_double) * width
            total = total + 4 / (1 + x * x)
        end do
        status = mpifutures_return(call, total * width)
    end function

    function run(argc, argv) bind(c, name='main') result(status)
        integer(c_int), value :: argc
        type(c_ptr), value :: argv
        integer(c_int) :: status
        type(mpifutures_executor) :: executor
        type(mpifutures_arguments) :: arguments
        type(mpifutures_future) :: futures(parts)
        real(c_double) :: area, pi
        integer :: part

        call executor%create()
        do part = 1, parts
            call arguments%clear()
            call arguments%add(part - 1, 'part')
            futures(part) = executor%submit('integrate', arguments)
        end do
        pi = 0
        do part = 1, parts
            call futures(part)%get(area)
            pi = pi + area
            call futures(part)%release()
        end do
        call executor%destroy()
        print '(f12.10)', pi
        status = 0
    end function
end module
