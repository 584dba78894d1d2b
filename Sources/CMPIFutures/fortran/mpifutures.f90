! mpifutures in Fortran 2008: tasks, and programs that call them, over the functions of mpifutures.h.
!
!     function scale(call) bind(c) result(status)           ! a task, called by the name 'scale'
!         use mpifutures
!         type(c_ptr), value :: call
!         integer(c_int) :: status
!         real(c_double), pointer :: numbers(:)
!         real(c_double) :: factor
!         status = mpifutures_get(call, 1, numbers)          ! arguments count from 1 here
!         if (status == 0) status = mpifutures_get(call, 2, factor)
!         if (status == 0) status = mpifutures_return(call, factor * numbers)
!     end function
!
!     type(mpifutures_executor) :: executor                  ! in the master
!     type(mpifutures_arguments) :: arguments
!     type(mpifutures_future) :: future
!     real(c_double), allocatable :: scaled(:)
!     call executor%create()
!     call arguments%add([1d0, 2d0])
!     call arguments%add(3d0)                                ! or by label: add(3d0, 'factor')
!     future = executor%submit('scale', arguments)
!     call future%get(scaled)                                ! an error stops the program; get(scaled, status) does not
!     call future%release()
!     call executor%destroy()
!
! Compile this file with your own, in front of it: .mod files are a compiler's own, so none is installed. The contracts are
! those of mpifutures.h. Numbers, and arrays of rank 1, are of the kinds c_int32_t, c_int64_t, c_float and c_double: the
! usual ones, under other names.
module mpifutures
    use, intrinsic :: iso_c_binding
    implicit none
    private

    public :: c_ptr, c_funptr, c_int, c_int32_t, c_int64_t, c_float, c_double, c_bool, c_char
    public :: c_size_t, c_null_ptr, c_null_char, c_funloc, c_loc, c_f_pointer, c_associated

    ! The statuses of mpifutures.h.
    integer, parameter, public :: MPIFUTURES_OK = 0, MPIFUTURES_END = 1, MPIFUTURES_TIMEOUT = 2
    integer, parameter, public :: MPIFUTURES_CANCELLED = 3, MPIFUTURES_FAILED = 4, MPIFUTURES_MISSING = 5
    integer, parameter, public :: MPIFUTURES_MISMATCH = 6, MPIFUTURES_RANGE = 7, MPIFUTURES_INVALID = 8
    integer, parameter, public :: MPIFUTURES_MALFORMED = 9, MPIFUTURES_SHUTDOWN = 10, MPIFUTURES_BROKEN = 11
    integer, parameter, public :: MPIFUTURES_NOT_ALLOWED = 12, MPIFUTURES_DRAINED = 13

    ! A value in a message. Its members are private to the library.
    type, bind(c), public :: mpifutures_value
        type(c_ptr) :: message_
        integer(c_size_t) :: size_, offset_
        type(c_ptr) :: owner_
    end type

    type, bind(c) :: number_array
        integer(c_int) :: type
        type(c_ptr) :: elements
        integer(c_size_t) :: count
    end type

    ! A generator of random numbers for one call. Its members are private to the library.
    type, bind(c), public :: mpifutures_random
        integer(c_int64_t) :: seed_, stream_, counter_, used_, values_(4)
    end type

    ! The worker that makes a call. All numbers begin with 0, as in C.
    type, bind(c), public :: mpifutures_worker
        integer(c_size_t) :: number, count, local_number, local_count, host_number, host_count
    end type

    ! The arguments of a call, by position or by label. `clear` makes the object empty for another call.
    type, public :: mpifutures_arguments
        private
        integer(c_int8_t), allocatable :: bytes(:)
        integer :: length = 0, count = 0, positional = 0
    contains
        procedure :: clear => arguments_clear
        procedure, private :: add_int32, add_int64, add_float, add_double, add_logical, add_text, add_value
        procedure, private :: add_int32s, add_int64s, add_floats, add_doubles
        generic :: add => add_int32, add_int64, add_float, add_double, add_logical, add_text, add_value, &
            add_int32s, add_int64s, add_floats, add_doubles
    end type

    ! A call that was submitted. `release` ends it and what was read from its result.
    type, public :: mpifutures_future
        type(c_ptr) :: object = c_null_ptr
    contains
        procedure :: wait => future_wait
        procedure :: done => future_done
        procedure :: cancel => future_cancel
        procedure :: release => future_release
        procedure, private :: future_int32, future_int64, future_float, future_double, future_logical, future_text, future_value
        procedure, private :: future_int32s, future_int64s, future_floats, future_doubles
        generic :: get => future_int32, future_int64, future_float, future_double, future_logical, future_text, future_value, &
            future_int32s, future_int64s, future_floats, future_doubles
    end type

    ! A pool of workers. `destroy` waits for its calls.
    type, public :: mpifutures_executor
        type(c_ptr) :: object = c_null_ptr
    contains
        procedure :: create => executor_create
        procedure :: destroy => executor_destroy
        procedure :: submit => executor_submit
        procedure :: worker_count => executor_worker_count
        procedure :: drain => executor_drain
    end type

    ! Read an argument and return the status. The key is its position, counted from 1, or its label. If the status is not
    ! 0, the call fails, with a message that names the argument. A pointer to an array shares the memory of the message.
    interface mpifutures_get
        module procedure get_int32, get_int64, get_float, get_double, get_logical, get_text, get_value
        module procedure get_int32s, get_int64s, get_floats, get_doubles
    end interface

    ! Set the result of a call, and return the status.
    interface mpifutures_return
        module procedure return_int32, return_int64, return_float, return_double, return_logical, return_text, return_value
        module procedure return_int32s, return_int64s, return_floats, return_doubles
    end interface

    public :: mpifutures_get, mpifutures_return, mpifutures_has, mpifutures_raise, mpifutures_message
    public :: mpifutures_serve_if_worker, mpifutures_random_init, mpifutures_random_next, mpifutures_random_uniform
    public :: mpifutures_random_fill, mpifutures_current_worker

    interface
        ! Serves until the process ends, if an executor has started this program as a worker. Otherwise does nothing.
        subroutine mpifutures_serve_if_worker() bind(c)
        end subroutine
        ! Tells which worker makes the call that this thread runs. MPIFUTURES_NOT_ALLOWED outside of tasks.
        function mpifutures_current_worker(worker) bind(c) result(status)
            import
            type(mpifutures_worker), intent(out) :: worker
            integer(c_int) :: status
        end function
        function mpifutures_random_init(random, seed, stream) bind(c) result(status)
            import
            type(mpifutures_random), intent(out) :: random
            integer(c_int64_t), value :: seed, stream
            integer(c_int) :: status
        end function
        function mpifutures_random_next(random) bind(c) result(bits)
            import
            type(mpifutures_random), intent(inout) :: random
            integer(c_int64_t) :: bits
        end function
        function mpifutures_random_uniform(random) bind(c) result(number)
            import
            type(mpifutures_random), intent(inout) :: random
            real(c_double) :: number
        end function
        function mpifutures_random_fill(random, numbers, count) bind(c) result(status)
            import
            type(mpifutures_random), intent(inout) :: random
            integer(c_size_t), value :: count
            real(c_double), intent(out) :: numbers(count)
            integer(c_int) :: status
        end function

        function c_error_message() bind(c, name='mpifutures_error_message') result(text)
            import
            type(c_ptr) :: text
        end function
        function c_error_status() bind(c, name='mpifutures_error_status') result(status)
            import
            integer(c_int) :: status
        end function
        function c_fail(call, message) bind(c, name='mpifutures_fail') result(status)
            import
            type(c_ptr), value :: call
            character(kind=c_char), intent(in) :: message(*)
            integer(c_int) :: status
        end function
        function c_has(call, position) bind(c, name='mpifutures_has_argument') result(has)
            import
            type(c_ptr), value :: call
            integer(c_size_t), value :: position
            logical(c_bool) :: has
        end function
        function c_has_named(call, label) bind(c, name='mpifutures_has_argument_named') result(has)
            import
            type(c_ptr), value :: call
            character(kind=c_char), intent(in) :: label(*)
            logical(c_bool) :: has
        end function
        function c_value_int64(value, number) bind(c, name='mpifutures_value_int64') result(status)
            import
            type(mpifutures_value), intent(in) :: value
            integer(c_int64_t), intent(out) :: number
            integer(c_int) :: status
        end function
        function c_value_double(value, number) bind(c, name='mpifutures_value_double') result(status)
            import
            type(mpifutures_value), intent(in) :: value
            real(c_double), intent(out) :: number
            integer(c_int) :: status
        end function
        function c_value_bool(value, truth) bind(c, name='mpifutures_value_bool') result(status)
            import
            type(mpifutures_value), intent(in) :: value
            logical(c_bool), intent(out) :: truth
            integer(c_int) :: status
        end function
        function c_value_string(value, text, length) bind(c, name='mpifutures_value_string') result(status)
            import
            type(mpifutures_value), intent(in) :: value
            type(c_ptr), intent(out) :: text
            integer(c_size_t), intent(out) :: length
            integer(c_int) :: status
        end function
        function c_value_array(value, type, array) bind(c, name='mpifutures_value_array') result(status)
            import
            type(mpifutures_value), intent(in) :: value
            integer(c_int), value :: type
            type(number_array), intent(out) :: array
            integer(c_int) :: status
        end function
        function c_value_cbor(value, bytes, size) bind(c, name='mpifutures_value_cbor') result(status)
            import
            type(mpifutures_value), intent(in) :: value
            type(c_ptr), intent(out) :: bytes
            integer(c_size_t), intent(out) :: size
            integer(c_int) :: status
        end function
        function c_get_position(call, position, value) bind(c, name='mpifutures_get') result(status)
            import
            type(c_ptr), value :: call
            integer(c_size_t), value :: position
            type(mpifutures_value), intent(out) :: value
            integer(c_int) :: status
        end function
        function c_get_label(call, label, value) bind(c, name='mpifutures_get_named') result(status)
            import
            type(c_ptr), value :: call
            character(kind=c_char), intent(in) :: label(*)
            type(mpifutures_value), intent(out) :: value
            integer(c_int) :: status
        end function
        function c_return_int64(call, number) bind(c, name='mpifutures_return_int64') result(status)
            import
            type(c_ptr), value :: call
            integer(c_int64_t), value :: number
            integer(c_int) :: status
        end function
        function c_return_double(call, number) bind(c, name='mpifutures_return_double') result(status)
            import
            type(c_ptr), value :: call
            real(c_double), value :: number
            integer(c_int) :: status
        end function
        function c_return_bool(call, truth) bind(c, name='mpifutures_return_bool') result(status)
            import
            type(c_ptr), value :: call
            logical(c_bool), value :: truth
            integer(c_int) :: status
        end function
        function c_return_string(call, text) bind(c, name='mpifutures_return_string') result(status)
            import
            type(c_ptr), value :: call
            character(kind=c_char), intent(in) :: text(*)
            integer(c_int) :: status
        end function
        function c_return_array(call, type, elements, count) bind(c, name='mpifutures_return_array') result(status)
            import
            type(c_ptr), value :: call
            integer(c_int), value :: type
            type(c_ptr), value :: elements
            integer(c_size_t), value :: count
            integer(c_int) :: status
        end function
        function c_return_cbor(call, bytes, size) bind(c, name='mpifutures_return_cbor') result(status)
            import
            type(c_ptr), value :: call
            type(c_ptr), value :: bytes
            integer(c_size_t), value :: size
            integer(c_int) :: status
        end function
        function c_future_result(future, timeout, value) bind(c, name='mpifutures_future_result') result(status)
            import
            type(c_ptr), value :: future
            real(c_double), value :: timeout
            type(mpifutures_value), intent(out) :: value
            integer(c_int) :: status
        end function
        function c_future_done(future) bind(c, name='mpifutures_future_done') result(is_done)
            import
            type(c_ptr), value :: future
            logical(c_bool) :: is_done
        end function
        function c_future_cancel(future) bind(c, name='mpifutures_future_cancel') result(is_cancelled)
            import
            type(c_ptr), value :: future
            logical(c_bool) :: is_cancelled
        end function
        subroutine c_future_release(future) bind(c, name='mpifutures_future_release')
            import
            type(c_ptr), value :: future
        end subroutine
        function c_executor_create(max_workers) bind(c, name='mpifutures_executor_create') result(executor)
            import
            integer(c_size_t), value :: max_workers
            type(c_ptr) :: executor
        end function
        subroutine c_executor_destroy(executor) bind(c, name='mpifutures_executor_destroy')
            import
            type(c_ptr), value :: executor
        end subroutine
        function c_executor_worker_count(executor) bind(c, name='mpifutures_executor_worker_count') result(count)
            import
            type(c_ptr), value :: executor
            integer(c_size_t) :: count
        end function
        function c_executor_drain(executor) bind(c, name='mpifutures_executor_drain') result(status)
            import
            type(c_ptr), value :: executor
            integer(c_int) :: status
        end function
        function c_executor_submit(executor, callable, arguments, size) bind(c, name='mpifutures_executor_submit_cbor') &
            result(future)
            import
            type(c_ptr), value :: executor
            character(kind=c_char), intent(in) :: callable(*)
            integer(c_int8_t), intent(in) :: arguments(*)
            integer(c_size_t), value :: size
            type(c_ptr) :: future
        end function
        function c_strlen(text) bind(c, name='strlen') result(length)
            import
            type(c_ptr), value :: text
            integer(c_size_t) :: length
        end function
    end interface

    ! Types of data items (RFC 8949, section 3.1).
    integer, parameter :: UNSIGNED = 0, NEGATIVE = 1, BYTE_STRING = 2, TEXT_STRING = 3, MAP = 5, TAG = 6

contains

    ! Returns the text of the last error on this thread.
    function mpifutures_message() result(message)
        character(:), allocatable :: message
        type(c_ptr) :: text

        text = c_error_message()
        message = text_at(text, c_strlen(text))
    end function

    ! Fails a call with a message, and returns the status with which the task ends.
    function mpifutures_raise(call, message) result(status)
        type(c_ptr), intent(in) :: call
        character(*), intent(in) :: message
        integer(c_int) :: status

        status = c_fail(call, terminated(message))
    end function

    ! Returns whether a call has an argument. The key is its position, counted from 1, or its label.
    function mpifutures_has(call, key) result(has)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        logical :: has

        has = .false.
        select type (key)
        type is (integer)
            if (key > 0) has = logical(c_has(call, int(key - 1, c_size_t)))
        type is (character(*))
            has = logical(c_has_named(call, terminated(key)))
        end select
    end function

    function terminated(text) result(c_text)
        character(*), intent(in) :: text
        character(kind=c_char) :: c_text(len(text) + 1)
        integer :: place

        do place = 1, len(text)
            c_text(place) = text(place:place)
        end do
        c_text(len(text) + 1) = c_null_char
    end function

    function text_at(address, length) result(text)
        type(c_ptr), intent(in) :: address
        integer(c_size_t), intent(in) :: length
        character(:), allocatable :: text
        character(kind=c_char), pointer :: characters(:)
        integer(c_size_t) :: place

        allocate (character(length) :: text)
        if (length == 0) return
        call c_f_pointer(address, characters, [length])
        do place = 1, length
            text(place:place) = characters(place)
        end do
    end function

    ! ---- Executors and futures ----

    ! Makes the executor, with the usual number of workers if none is given.
    subroutine executor_create(executor, max_workers)
        class(mpifutures_executor), intent(inout) :: executor
        integer, intent(in), optional :: max_workers
        integer(c_size_t) :: count

        count = 0
        if (present(max_workers)) count = int(max_workers, c_size_t)
        executor%object = c_executor_create(count)
        if (.not. c_associated(executor%object)) call stop_with_error(mpifutures_message())
    end subroutine

    subroutine executor_destroy(executor)
        class(mpifutures_executor), intent(inout) :: executor

        call c_executor_destroy(executor%object)
        executor%object = c_null_ptr
    end subroutine

    ! Waits until the workers have started, and returns their number.
    function executor_worker_count(executor) result(count)
        class(mpifutures_executor), intent(in) :: executor
        integer :: count

        count = int(c_executor_worker_count(executor%object))
    end function

    ! Lets no further call begin. Calls that run end as usual, and the others fail with MPIFUTURES_DRAINED.
    subroutine executor_drain(executor)
        class(mpifutures_executor), intent(in) :: executor

        if (c_executor_drain(executor%object) /= MPIFUTURES_OK) call stop_with_error(mpifutures_message())
    end subroutine

    ! Queues a call. Without arguments it has none. A status other than 0 stops the program if `status` is missing.
    function executor_submit(executor, callable, arguments, status) result(future)
        class(mpifutures_executor), intent(in) :: executor
        character(*), intent(in) :: callable
        type(mpifutures_arguments), intent(in), optional :: arguments
        integer, intent(out), optional :: status
        type(mpifutures_future) :: future
        type(mpifutures_arguments) :: message

        call put_head(message, MAP, 0_c_int64_t)
        if (present(arguments)) then
            call message%clear()
            call put_head(message, MAP, int(arguments%count, c_int64_t))
            if (arguments%length > 0) call put_bytes(message, arguments%bytes(:arguments%length))
        end if
        future%object = c_executor_submit( &
            executor%object, terminated(callable), message%bytes, int(message%length, c_size_t))
        if (present(status)) status = merge(MPIFUTURES_OK, int(c_error_status()), c_associated(future%object))
        if (.not. present(status) .and. .not. c_associated(future%object)) call stop_with_error(mpifutures_message())
    end function

    ! Waits until the call has ended, at most so many seconds, and returns the status.
    function future_wait(future, timeout) result(status)
        class(mpifutures_future), intent(in) :: future
        real(c_double), intent(in), optional :: timeout
        integer :: status
        type(mpifutures_value) :: value

        status = result_of(future, value, timeout)
    end function

    function future_done(future) result(is_done)
        class(mpifutures_future), intent(in) :: future
        logical :: is_done

        is_done = logical(c_future_done(future%object))
    end function

    function future_cancel(future) result(is_cancelled)
        class(mpifutures_future), intent(in) :: future
        logical :: is_cancelled

        is_cancelled = logical(c_future_cancel(future%object))
    end function

    subroutine future_release(future)
        class(mpifutures_future), intent(inout) :: future

        call c_future_release(future%object)
        future%object = c_null_ptr
    end subroutine

    function result_of(future, value, timeout) result(status)
        class(mpifutures_future), intent(in) :: future
        type(mpifutures_value), intent(out) :: value
        real(c_double), intent(in), optional :: timeout
        integer :: status
        real(c_double) :: seconds

        seconds = -1
        if (present(timeout)) seconds = timeout
        status = c_future_result(future%object, seconds, value)
    end function

    subroutine conclude(code, status)
        integer, intent(in) :: code
        integer, intent(out), optional :: status

        if (present(status)) then
            status = code
        else if (code /= MPIFUTURES_OK) then
            call stop_with_error(reason(code))
        end if
    end subroutine

    subroutine stop_with_error(text)
        use, intrinsic :: iso_fortran_env, only: error_unit
        character(*), intent(in) :: text

        write (error_unit, '(2a)') 'mpifutures: ', text
        error stop 1
    end subroutine

    ! ---- Reading values ----

    function read_int32(value, number) result(status)
        type(mpifutures_value), intent(in) :: value
        integer(c_int32_t), intent(out) :: number
        integer(c_int) :: status
        integer(c_int64_t) :: found

        status = c_value_int64(value, found)
        if (status == MPIFUTURES_OK) number = int(found, c_int32_t)
        if (status == MPIFUTURES_OK .and. number /= found) status = MPIFUTURES_RANGE
    end function

    function read_int64(value, number) result(status)
        type(mpifutures_value), intent(in) :: value
        integer(c_int64_t), intent(out) :: number
        integer(c_int) :: status

        status = c_value_int64(value, number)
    end function

    function read_float(value, number) result(status)
        type(mpifutures_value), intent(in) :: value
        real(c_float), intent(out) :: number
        integer(c_int) :: status
        real(c_double) :: found

        status = c_value_double(value, found)
        if (status == MPIFUTURES_OK) number = real(found, c_float)
    end function

    function read_double(value, number) result(status)
        type(mpifutures_value), intent(in) :: value
        real(c_double), intent(out) :: number
        integer(c_int) :: status

        status = c_value_double(value, number)
    end function

    function read_logical(value, truth) result(status)
        type(mpifutures_value), intent(in) :: value
        logical, intent(out) :: truth
        integer(c_int) :: status
        logical(c_bool) :: found

        status = c_value_bool(value, found)
        if (status == MPIFUTURES_OK) truth = logical(found)
    end function

    function read_text(value, text) result(status)
        type(mpifutures_value), intent(in) :: value
        character(:), allocatable, intent(out) :: text
        integer(c_int) :: status
        type(c_ptr) :: address
        integer(c_size_t) :: length

        status = c_value_string(value, address, length)
        if (status == MPIFUTURES_OK) text = text_at(address, length)
    end function

    function read_int32s(value, numbers) result(status)
        type(mpifutures_value), intent(in) :: value
        integer(c_int32_t), pointer, intent(out) :: numbers(:)
        integer(c_int) :: status
        type(number_array) :: array

        nullify (numbers)
        status = c_value_array(value, 3, array)
        if (status /= MPIFUTURES_OK) return
        if (array%count > 0) then
            call c_f_pointer(array%elements, numbers, [array%count])
        else
            allocate (numbers(0))
        end if
    end function

    function read_int64s(value, numbers) result(status)
        type(mpifutures_value), intent(in) :: value
        integer(c_int64_t), pointer, intent(out) :: numbers(:)
        integer(c_int) :: status
        type(number_array) :: array

        nullify (numbers)
        status = c_value_array(value, 4, array)
        if (status /= MPIFUTURES_OK) return
        if (array%count > 0) then
            call c_f_pointer(array%elements, numbers, [array%count])
        else
            allocate (numbers(0))
        end if
    end function

    function read_floats(value, numbers) result(status)
        type(mpifutures_value), intent(in) :: value
        real(c_float), pointer, intent(out) :: numbers(:)
        integer(c_int) :: status
        type(number_array) :: array

        nullify (numbers)
        status = c_value_array(value, 9, array)
        if (status /= MPIFUTURES_OK) return
        if (array%count > 0) then
            call c_f_pointer(array%elements, numbers, [array%count])
        else
            allocate (numbers(0))
        end if
    end function

    function read_doubles(value, numbers) result(status)
        type(mpifutures_value), intent(in) :: value
        real(c_double), pointer, intent(out) :: numbers(:)
        integer(c_int) :: status
        type(number_array) :: array

        nullify (numbers)
        status = c_value_array(value, 10, array)
        if (status /= MPIFUTURES_OK) return
        if (array%count > 0) then
            call c_f_pointer(array%elements, numbers, [array%count])
        else
            allocate (numbers(0))
        end if
    end function

    ! Returns the text of an error. The library does not know of integers that are too large for 32 bits.
    function reason(code)
        integer, intent(in) :: code
        character(:), allocatable :: reason
        integer :: last

        last = c_error_status()
        reason = mpifutures_message()
        if (code == MPIFUTURES_RANGE .and. last /= MPIFUTURES_RANGE) then
            reason = 'the integer does not fit into 32 bits; read it as a number of kind c_int64_t'
        end if
    end function

    ! ---- Arguments of tasks ----

    function argument(call, key, value) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        type(mpifutures_value), intent(out) :: value
        integer(c_int) :: status

        select type (key)
        type is (integer)
            if (key < 1) then
                status = mpifutures_raise(call, 'the position of an argument is less than 1')
            else
                status = c_get_position(call, int(key - 1, c_size_t), value)
            end if
        type is (character(*))
            status = c_get_label(call, terminated(key), value)
        class default
            status = mpifutures_raise(call, 'the key of an argument is neither a position nor a label')
        end select
    end function

    ! Fails a call whose argument could not be read.
    function judged(call, code) result(status)
        type(c_ptr), intent(in) :: call
        integer(c_int), intent(in) :: code
        integer(c_int) :: status

        status = code
        if (code /= MPIFUTURES_OK) status = mpifutures_raise(call, reason(code))
    end function

    function get_int32(call, key, number) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        integer(c_int32_t), intent(out) :: number
        integer(c_int) :: status
        type(mpifutures_value) :: value

        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_int32(value, number))
    end function

    function get_int64(call, key, number) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        integer(c_int64_t), intent(out) :: number
        integer(c_int) :: status
        type(mpifutures_value) :: value

        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_int64(value, number))
    end function

    function get_float(call, key, number) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        real(c_float), intent(out) :: number
        integer(c_int) :: status
        type(mpifutures_value) :: value

        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_float(value, number))
    end function

    function get_double(call, key, number) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        real(c_double), intent(out) :: number
        integer(c_int) :: status
        type(mpifutures_value) :: value

        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_double(value, number))
    end function

    function get_logical(call, key, truth) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        logical, intent(out) :: truth
        integer(c_int) :: status
        type(mpifutures_value) :: value

        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_logical(value, truth))
    end function

    function get_text(call, key, text) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        character(:), allocatable, intent(out) :: text
        integer(c_int) :: status
        type(mpifutures_value) :: value

        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_text(value, text))
    end function

    function get_value(call, key, value) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        type(mpifutures_value), intent(out) :: value
        integer(c_int) :: status

        status = argument(call, key, value)
    end function

    function get_int32s(call, key, numbers) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        integer(c_int32_t), pointer, intent(out) :: numbers(:)
        integer(c_int) :: status
        type(mpifutures_value) :: value

        nullify (numbers)
        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_int32s(value, numbers))
    end function

    function get_int64s(call, key, numbers) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        integer(c_int64_t), pointer, intent(out) :: numbers(:)
        integer(c_int) :: status
        type(mpifutures_value) :: value

        nullify (numbers)
        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_int64s(value, numbers))
    end function

    function get_floats(call, key, numbers) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        real(c_float), pointer, intent(out) :: numbers(:)
        integer(c_int) :: status
        type(mpifutures_value) :: value

        nullify (numbers)
        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_floats(value, numbers))
    end function

    function get_doubles(call, key, numbers) result(status)
        type(c_ptr), intent(in) :: call
        class(*), intent(in) :: key
        real(c_double), pointer, intent(out) :: numbers(:)
        integer(c_int) :: status
        type(mpifutures_value) :: value

        nullify (numbers)
        status = argument(call, key, value)
        if (status == MPIFUTURES_OK) status = judged(call, read_doubles(value, numbers))
    end function

    ! ---- Results of calls ----

    subroutine future_int32(future, number, status, timeout)
        class(mpifutures_future), intent(in) :: future
        integer(c_int32_t), intent(out) :: number
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_int32(value, number)
        call conclude(code, status)
    end subroutine

    subroutine future_int64(future, number, status, timeout)
        class(mpifutures_future), intent(in) :: future
        integer(c_int64_t), intent(out) :: number
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_int64(value, number)
        call conclude(code, status)
    end subroutine

    subroutine future_float(future, number, status, timeout)
        class(mpifutures_future), intent(in) :: future
        real(c_float), intent(out) :: number
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_float(value, number)
        call conclude(code, status)
    end subroutine

    subroutine future_double(future, number, status, timeout)
        class(mpifutures_future), intent(in) :: future
        real(c_double), intent(out) :: number
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_double(value, number)
        call conclude(code, status)
    end subroutine

    subroutine future_logical(future, truth, status, timeout)
        class(mpifutures_future), intent(in) :: future
        logical, intent(out) :: truth
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_logical(value, truth)
        call conclude(code, status)
    end subroutine

    subroutine future_text(future, text, status, timeout)
        class(mpifutures_future), intent(in) :: future
        character(:), allocatable, intent(out) :: text
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_text(value, text)
        call conclude(code, status)
    end subroutine

    subroutine future_value(future, value, status, timeout)
        class(mpifutures_future), intent(in) :: future
        type(mpifutures_value), intent(out) :: value
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        integer :: code

        code = result_of(future, value, timeout)
        call conclude(code, status)
    end subroutine

    subroutine future_int32s(future, numbers, status, timeout)
        class(mpifutures_future), intent(in) :: future
        integer(c_int32_t), allocatable, intent(out) :: numbers(:)
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        integer(c_int32_t), pointer :: elements(:)
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_int32s(value, elements)
        if (code == MPIFUTURES_OK) numbers = elements
        call conclude(code, status)
    end subroutine

    subroutine future_int64s(future, numbers, status, timeout)
        class(mpifutures_future), intent(in) :: future
        integer(c_int64_t), allocatable, intent(out) :: numbers(:)
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        integer(c_int64_t), pointer :: elements(:)
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_int64s(value, elements)
        if (code == MPIFUTURES_OK) numbers = elements
        call conclude(code, status)
    end subroutine

    subroutine future_floats(future, numbers, status, timeout)
        class(mpifutures_future), intent(in) :: future
        real(c_float), allocatable, intent(out) :: numbers(:)
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        real(c_float), pointer :: elements(:)
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_floats(value, elements)
        if (code == MPIFUTURES_OK) numbers = elements
        call conclude(code, status)
    end subroutine

    subroutine future_doubles(future, numbers, status, timeout)
        class(mpifutures_future), intent(in) :: future
        real(c_double), allocatable, intent(out) :: numbers(:)
        integer, intent(out), optional :: status
        real(c_double), intent(in), optional :: timeout
        type(mpifutures_value) :: value
        real(c_double), pointer :: elements(:)
        integer :: code

        code = result_of(future, value, timeout)
        if (code == MPIFUTURES_OK) code = read_doubles(value, elements)
        if (code == MPIFUTURES_OK) numbers = elements
        call conclude(code, status)
    end subroutine

    ! ---- Results of tasks ----

    function return_int32(call, number) result(status)
        type(c_ptr), intent(in) :: call
        integer(c_int32_t), intent(in) :: number
        integer(c_int) :: status

        status = c_return_int64(call, int(number, c_int64_t))
    end function

    function return_int64(call, number) result(status)
        type(c_ptr), intent(in) :: call
        integer(c_int64_t), intent(in) :: number
        integer(c_int) :: status

        status = c_return_int64(call, number)
    end function

    function return_float(call, number) result(status)
        type(c_ptr), intent(in) :: call
        real(c_float), intent(in) :: number
        integer(c_int) :: status

        status = c_return_double(call, real(number, c_double))
    end function

    function return_double(call, number) result(status)
        type(c_ptr), intent(in) :: call
        real(c_double), intent(in) :: number
        integer(c_int) :: status

        status = c_return_double(call, number)
    end function

    function return_logical(call, truth) result(status)
        type(c_ptr), intent(in) :: call
        logical, intent(in) :: truth
        integer(c_int) :: status

        status = c_return_bool(call, logical(truth, c_bool))
    end function

    function return_text(call, text) result(status)
        type(c_ptr), intent(in) :: call
        character(*), intent(in) :: text
        integer(c_int) :: status

        status = c_return_string(call, terminated(text))
    end function

    function return_value(call, value) result(status)
        type(c_ptr), intent(in) :: call
        type(mpifutures_value), intent(in) :: value
        integer(c_int) :: status
        type(c_ptr) :: item
        integer(c_size_t) :: size

        status = c_value_cbor(value, item, size)
        if (status == MPIFUTURES_OK) status = c_return_cbor(call, item, size)
    end function

    function return_int32s(call, numbers) result(status)
        type(c_ptr), intent(in) :: call
        integer(c_int32_t), intent(in), target, contiguous :: numbers(:)
        integer(c_int) :: status
        type(c_ptr) :: elements

        elements = c_null_ptr
        if (size(numbers) > 0) elements = c_loc(numbers)
        status = c_return_array(call, 3, elements, int(size(numbers), c_size_t))
    end function

    function return_int64s(call, numbers) result(status)
        type(c_ptr), intent(in) :: call
        integer(c_int64_t), intent(in), target, contiguous :: numbers(:)
        integer(c_int) :: status
        type(c_ptr) :: elements

        elements = c_null_ptr
        if (size(numbers) > 0) elements = c_loc(numbers)
        status = c_return_array(call, 4, elements, int(size(numbers), c_size_t))
    end function

    function return_floats(call, numbers) result(status)
        type(c_ptr), intent(in) :: call
        real(c_float), intent(in), target, contiguous :: numbers(:)
        integer(c_int) :: status
        type(c_ptr) :: elements

        elements = c_null_ptr
        if (size(numbers) > 0) elements = c_loc(numbers)
        status = c_return_array(call, 9, elements, int(size(numbers), c_size_t))
    end function

    function return_doubles(call, numbers) result(status)
        type(c_ptr), intent(in) :: call
        real(c_double), intent(in), target, contiguous :: numbers(:)
        integer(c_int) :: status
        type(c_ptr) :: elements

        elements = c_null_ptr
        if (size(numbers) > 0) elements = c_loc(numbers)
        status = c_return_array(call, 10, elements, int(size(numbers), c_size_t))
    end function
    ! ---- The encoding of arguments (RFC 8949; RFC 8746 for arrays of numbers) ----

    subroutine arguments_clear(arguments)
        class(mpifutures_arguments), intent(inout) :: arguments

        arguments%length = 0
        arguments%count = 0
        arguments%positional = 0
    end subroutine

    ! Writes the key of the next argument in the map that all arguments make: a label, or a position as an integer.
    subroutine begin(arguments, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        character(*), intent(in), optional :: label

        arguments%count = arguments%count + 1
        if (present(label)) then
            call put_text(arguments, label)
        else
            call put_head(arguments, UNSIGNED, int(arguments%positional, c_int64_t))
            arguments%positional = arguments%positional + 1
        end if
    end subroutine

    subroutine put_bytes(arguments, bytes)
        class(mpifutures_arguments), intent(inout) :: arguments
        integer(c_int8_t), intent(in) :: bytes(:)
        integer(c_int8_t), allocatable :: larger(:)
        integer :: needed

        needed = arguments%length + size(bytes)
        if (.not. allocated(arguments%bytes)) allocate (arguments%bytes(max(needed, 64)))
        if (needed > size(arguments%bytes)) then
            allocate (larger(max(needed, 2 * size(arguments%bytes))))
            larger(:arguments%length) = arguments%bytes(:arguments%length)
            call move_alloc(larger, arguments%bytes)
        end if
        arguments%bytes(arguments%length + 1:needed) = bytes
        arguments%length = needed
    end subroutine

    subroutine put_byte(arguments, byte)
        class(mpifutures_arguments), intent(inout) :: arguments
        integer, intent(in) :: byte

        call put_bytes(arguments, [int(merge(byte - 256, byte, byte > 127), c_int8_t)])
    end subroutine

    subroutine put_head(arguments, major, argument)
        class(mpifutures_arguments), intent(inout) :: arguments
        integer, intent(in) :: major
        integer(c_int64_t), intent(in) :: argument
        integer :: width, place

        if (argument < 24) then
            call put_byte(arguments, 32 * major + int(argument))
            return
        end if
        width = 0
        if (argument > 255) width = 1
        if (argument > 65535) width = 2
        if (argument > 4294967295_c_int64_t) width = 3
        call put_byte(arguments, 32 * major + 24 + width)
        do place = 2**width - 1, 0, -1
            call put_byte(arguments, int(ibits(argument, 8 * place, 8)))
        end do
    end subroutine

    subroutine put_text(arguments, text)
        class(mpifutures_arguments), intent(inout) :: arguments
        character(*), intent(in) :: text
        integer(c_int8_t) :: bytes(len(text))
        integer :: place

        do place = 1, len(text)
            bytes(place) = transfer(text(place:place), bytes(place))
        end do
        call put_head(arguments, TEXT_STRING, int(len(text), c_int64_t))
        call put_bytes(arguments, bytes)
    end subroutine

    ! Writes the head of an array of numbers, in the order of this machine's bytes.
    subroutine put_numbers(arguments, kind, width, count, address)
        class(mpifutures_arguments), intent(inout) :: arguments
        integer, intent(in) :: kind, width, count
        type(c_ptr), intent(in) :: address
        integer(c_int8_t), pointer :: bytes(:)
        integer :: order

        order = 0
        if (transfer(1_c_int32_t, 0_c_int8_t) == 1) order = 4
        call put_head(arguments, TAG, int(64 + kind + order, c_int64_t))
        call put_head(arguments, BYTE_STRING, int(count, c_int64_t) * width)
        if (count == 0) return
        call c_f_pointer(address, bytes, [int(count, c_size_t) * width])
        call put_bytes(arguments, bytes)
    end subroutine

    subroutine add_int64(arguments, number, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        integer(c_int64_t), intent(in) :: number
        character(*), intent(in), optional :: label

        call begin(arguments, label)
        if (number < 0) then
            call put_head(arguments, NEGATIVE, not(number))
        else
            call put_head(arguments, UNSIGNED, number)
        end if
    end subroutine

    subroutine add_int32(arguments, number, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        integer(c_int32_t), intent(in) :: number
        character(*), intent(in), optional :: label

        call add_int64(arguments, int(number, c_int64_t), label)
    end subroutine

    subroutine add_double(arguments, number, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        real(c_double), intent(in) :: number
        character(*), intent(in), optional :: label
        integer(c_int64_t) :: bits
        integer :: place

        call begin(arguments, label)
        call put_byte(arguments, 251)
        bits = transfer(number, bits)
        do place = 7, 0, -1
            call put_byte(arguments, int(ibits(bits, 8 * place, 8)))
        end do
    end subroutine

    subroutine add_float(arguments, number, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        real(c_float), intent(in) :: number
        character(*), intent(in), optional :: label

        call add_double(arguments, real(number, c_double), label)
    end subroutine

    subroutine add_logical(arguments, truth, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        logical, intent(in) :: truth
        character(*), intent(in), optional :: label

        call begin(arguments, label)
        call put_byte(arguments, merge(245, 244, truth))
    end subroutine

    subroutine add_text(arguments, text, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        character(*), intent(in) :: text
        character(*), intent(in), optional :: label

        call begin(arguments, label)
        call put_text(arguments, text)
    end subroutine

    subroutine add_value(arguments, value, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        type(mpifutures_value), intent(in) :: value
        character(*), intent(in), optional :: label
        type(c_ptr) :: item
        integer(c_size_t) :: size
        integer(c_int8_t), pointer :: bytes(:)

        call begin(arguments, label)
        if (c_value_cbor(value, item, size) /= MPIFUTURES_OK) call stop_with_error(mpifutures_message())
        call c_f_pointer(item, bytes, [size])
        call put_bytes(arguments, bytes)
    end subroutine

    subroutine add_int32s(arguments, numbers, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        integer(c_int32_t), intent(in), target, contiguous :: numbers(:)
        character(*), intent(in), optional :: label
        type(c_ptr) :: address

        address = c_null_ptr
        if (size(numbers) > 0) address = c_loc(numbers)
        call begin(arguments, label)
        call put_numbers(arguments, 10, 4, size(numbers), address)
    end subroutine

    subroutine add_int64s(arguments, numbers, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        integer(c_int64_t), intent(in), target, contiguous :: numbers(:)
        character(*), intent(in), optional :: label
        type(c_ptr) :: address

        address = c_null_ptr
        if (size(numbers) > 0) address = c_loc(numbers)
        call begin(arguments, label)
        call put_numbers(arguments, 11, 8, size(numbers), address)
    end subroutine

    subroutine add_floats(arguments, numbers, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        real(c_float), intent(in), target, contiguous :: numbers(:)
        character(*), intent(in), optional :: label
        type(c_ptr) :: address

        address = c_null_ptr
        if (size(numbers) > 0) address = c_loc(numbers)
        call begin(arguments, label)
        call put_numbers(arguments, 17, 4, size(numbers), address)
    end subroutine

    subroutine add_doubles(arguments, numbers, label)
        class(mpifutures_arguments), intent(inout) :: arguments
        real(c_double), intent(in), target, contiguous :: numbers(:)
        character(*), intent(in), optional :: label
        type(c_ptr) :: address

        address = c_null_ptr
        if (size(numbers) > 0) address = c_loc(numbers)
        call begin(arguments, label)
        call put_numbers(arguments, 18, 8, size(numbers), address)
    end subroutine
end module
