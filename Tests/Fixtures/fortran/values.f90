! What mpifutures.f90 sends and reads: a line for each thing, "ok" where it is right.
module values
    use mpifutures
    implicit none

    type(mpifutures_executor) :: executor

contains

    ! Task: its argument.
    function same(call) bind(c) result(status)
        type(c_ptr), value :: call
        integer(c_int) :: status
        type(mpifutures_value) :: value

        status = mpifutures_get(call, 1, value)
        if (status == 0) status = mpifutures_return(call, value)
    end function

    ! Task: `x` times `factor`, which is 2 if it is missing.
    function scale(call) bind(c) result(status)
        type(c_ptr), value :: call
        integer(c_int) :: status
        real(c_double) :: x, factor

        factor = 2
        status = mpifutures_get(call, 'x', x)
        if (status == 0 .and. mpifutures_has(call, 'factor')) status = mpifutures_get(call, 'factor', factor)
        if (status == 0) status = mpifutures_return(call, x * factor)
    end function

    ! Task: asks for arguments of all kinds, and returns how many there were.
    function kinds(call) bind(c) result(status)
        type(c_ptr), value :: call
        integer(c_int) :: status
        integer(c_int32_t) :: small
        integer(c_int64_t) :: large
        real(c_float) :: single
        real(c_double) :: double
        logical :: truth
        character(:), allocatable :: text
        integer(c_int32_t), pointer :: numbers(:)

        status = 1
        if (mpifutures_get(call, 1, small) /= 0) return
        if (mpifutures_get(call, 2, large) /= 0) return
        if (mpifutures_get(call, 3, single) /= 0) return
        if (mpifutures_get(call, 4, double) /= 0) return
        if (mpifutures_get(call, 5, truth) /= 0) return
        if (mpifutures_get(call, 6, text) /= 0) return
        if (mpifutures_get(call, 7, numbers) /= 0) return
        if (mpifutures_has(call, 8) .or. .not. mpifutures_has(call, 7) .or. mpifutures_has(call, 'x')) return
        if (small /= -3 .or. large /= huge(large) .or. single /= 0.5 .or. double /= 0.1d0 .or. .not. truth) return
        if (text /= 'a text' .or. any(numbers /= [1, 2])) return
        status = mpifutures_return(call, .true.)
    end function

    ! Task: the numbers of its worker.
    function place(call) bind(c) result(status)
        type(c_ptr), value :: call
        integer(c_int) :: status
        type(mpifutures_worker) :: worker

        status = mpifutures_current_worker(worker)
        if (status == 0) status = mpifutures_return(call, [int(worker%number, c_int64_t), &
            int(worker%count, c_int64_t), int(worker%local_number, c_int64_t), int(worker%local_count, c_int64_t), &
            int(worker%host_number, c_int64_t), int(worker%host_count, c_int64_t)])
    end function

    ! Task: asks for a number of 32 bits.
    function narrow(call) bind(c) result(status)
        type(c_ptr), value :: call
        integer(c_int) :: status
        integer(c_int32_t) :: number

        status = mpifutures_get(call, 1, number)
    end function

    subroutine tell(what, is_right)
        character(*), intent(in) :: what
        logical, intent(in) :: is_right

        print '(3a)', what, ': ', merge('ok   ', 'WRONG', is_right)
    end subroutine

    function submit(name, arguments) result(future)
        character(*), intent(in) :: name
        type(mpifutures_arguments), intent(inout) :: arguments
        type(mpifutures_future) :: future

        future = executor%submit(name, arguments)
        call arguments%clear()
    end function

    function run(argc, argv) bind(c, name='main') result(status)
        integer(c_int), value :: argc
        type(c_ptr), value :: argv
        integer(c_int) :: status
        type(mpifutures_arguments) :: a
        type(mpifutures_future) :: f
        type(mpifutures_random) :: random
        type(mpifutures_worker) :: worker
        integer(c_int64_t), parameter :: integers(8) = [0_c_int64_t, 23_c_int64_t, 24_c_int64_t, -24_c_int64_t, &
            -25_c_int64_t, 256_c_int64_t, 65536_c_int64_t, -4294967297_c_int64_t]
        integer(c_int64_t) :: large
        integer(c_int64_t), allocatable :: larges(:)
        integer(c_int32_t) :: small
        integer(c_int32_t), allocatable :: smalls(:)
        real(c_double) :: double
        real(c_double), allocatable :: doubles(:)
        real(c_double) :: draws(3)
        real(c_float) :: single
        real(c_float), allocatable :: singles(:)
        logical :: truth
        character(:), allocatable :: text
        integer :: i, code

        call executor%create(2)
        do i = 1, size(integers)
            call a%add(integers(i))
            f = submit('same', a)
            call f%get(large)
            call tell('integer', large == integers(i))
        end do
        call a%add(7)
        f = submit('same', a)
        call f%get(small)
        call tell('default integer', small == 7)
        call a%add(0.25)
        f = submit('same', a)
        call f%get(single)
        call tell('single', single == 0.25)
        call a%add(1d300)
        f = submit('same', a)
        call f%get(double)
        call tell('double', double == 1d300)
        call a%add(.false.)
        f = submit('same', a)
        call f%get(truth)
        call tell('logical', .not. truth)
        call a%add(repeat('text', 100))
        f = submit('same', a)
        call f%get(text)
        call tell('text', text == repeat('text', 100))
        call a%add([1_c_int64_t, huge(large)])
        f = submit('same', a)
        call f%get(larges)
        call tell('large integers', all(larges == [1_c_int64_t, huge(large)]))
        call a%add([(i, i=1, 1000)])
        f = submit('same', a)
        call f%get(smalls)
        call tell('integers', all(smalls == [(i, i=1, 1000)]))
        call a%add([0.5, 0.25])
        f = submit('same', a)
        call f%get(singles)
        call tell('singles', all(singles == [0.5, 0.25]))
        doubles = [1d0, 2d0, 3d0, 4d0]
        call a%add(doubles(1::2))
        f = submit('same', a)
        call f%get(doubles)
        call tell('every second double', size(doubles) == 2 .and. all(doubles == [1d0, 3d0]))
        call a%add(doubles(1:0))
        f = submit('same', a)
        call f%get(doubles)
        call tell('no doubles', size(doubles) == 0)

        call a%add(3d0, 'factor')
        call a%add(2, 'x')
        f = submit('scale', a)
        call f%get(double)
        call tell('labels', double == 6)
        call a%add(-3)
        call a%add(huge(large))
        call a%add(0.5)
        call a%add(0.1d0)
        call a%add(.true.)
        call a%add('a text')
        call a%add([1, 2])
        f = submit('kinds', a)
        call f%get(truth)
        call tell('all kinds', truth)

        f = submit('scale', a)
        call f%get(double, code)
        call tell('missing', code == MPIFUTURES_FAILED .and. index(mpifutures_message(), "argument 'x' is missing") > 0)
        call a%add(3000000000_c_int64_t)
        f = submit('narrow', a)
        call f%get(small, code)
        call tell('too large an argument', code == MPIFUTURES_FAILED .and. index(mpifutures_message(), '32 bits') > 0)
        call a%add(3000000000_c_int64_t)
        f = submit('same', a)
        call f%get(small, code)
        call tell('too large a result', code == MPIFUTURES_RANGE)
        call f%get(text, code)
        call tell('another kind', code == MPIFUTURES_MISMATCH)
        call tell('done', f%wait() == 0 .and. f%done() .and. .not. f%cancel())
        call f%release()
        f = executor%submit('none')
        call f%get(small, code)
        call tell('unknown', code == MPIFUTURES_FAILED .and. index(mpifutures_message(), "no function 'none'") > 0)
        f = executor%submit('./nowhere.so:none', status=code)
        call tell('no library', code == MPIFUTURES_INVALID .and. .not. c_associated(f%object))
        call tell('workers', executor%worker_count() > 0)

        code = mpifutures_random_init(random, 42_c_int64_t, 7_c_int64_t)
        ! Those of numpy.random.Philox(key=[42, 7]).
        call tell('random bits', mpifutures_random_next(random) == int(z'a64064f34e84b9a3', c_int64_t))
        call tell('random number', mpifutures_random_uniform(random) == real(z'3fec50f2b350cd41', c_double))
        code = mpifutures_random_fill(random, draws, 3_c_size_t)
        call tell('random numbers', code == 0 .and. all(draws == [real(z'3fe1b8303e01372d', c_double), &
            real(z'3fee7ec003a9f506', c_double), real(z'3fda718cfb9e477c', c_double)]))

        f = submit('place', a)
        call f%get(larges)
        call tell('worker', all(larges(1:2) == larges(3:4)) .and. larges(1) < larges(2) .and. all(larges(5:6) == [0, 1]))
        call tell('no worker', mpifutures_current_worker(worker) == MPIFUTURES_NOT_ALLOWED)
        call executor%destroy()
        status = 0
    end function
end module
