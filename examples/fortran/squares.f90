! The squares of 1000 numbers in ten pieces, of which one fails, and the sum of the others. The same job is here in six
! languages: see examples/README.md.
!
!     mpiexec -n 3 mpifutures ./libsquares-fortran.so
module squares
    use mpifutures
    implicit none

    integer, parameter :: pieces = 10, length = 100

contains

    ! Task: the squares of some numbers, none of which may be negative.
    function square(call) bind(c) result(status)
        type(c_ptr), value :: call
        integer(c_int) :: status
        real(c_double), pointer :: numbers(:)

        status = mpifutures_get(call, 1, numbers)
        if (status /= 0) return
        if (any(numbers < 0)) then
            status = mpifutures_raise(call, 'a number is negative')
        else
            status = mpifutures_return(call, numbers**2)
        end if
    end function

    function run(argc, argv) bind(c, name='main') result(status)
        integer(c_int), value :: argc
        type(c_ptr), value :: argv
        integer(c_int) :: status
        type(mpifutures_executor) :: executor
        type(mpifutures_arguments) :: arguments
        type(mpifutures_future) :: futures(0:pieces - 1)
        real(c_double) :: numbers(0:pieces * length - 1), total
        real(c_double), allocatable :: part(:)
        integer :: i, code

        numbers = [(real(i, c_double), i=0, size(numbers) - 1)]
        numbers(450) = -450
        call executor%create()
        do i = 0, pieces - 1
            call arguments%clear()
            call arguments%add(numbers(i * length:(i + 1) * length - 1))
            futures(i) = executor%submit('square', arguments)
        end do
        total = 0
        do i = 0, pieces - 1
            call futures(i)%get(part, code)
            if (code == 0) then
                total = total + sum(part)
            else
                print '(a, i0, a)', 'piece ', i, ' failed'
                write (0, '(a)') mpifutures_message()
            end if
            call futures(i)%release()
        end do
        print '(a, i0)', 'the others have the sum ', nint(total, c_int64_t)
        call executor%destroy()
        status = 0
    end function
end module
