//! The number below a million with the longest Collatz chain, in 100 parts: a task and its master in Rust.
//!
//!     mpiexec -n 3 mpifutures ./libcollatz.so

use std::ffi::{c_char, c_double, c_int, c_void, CStr};

const PARTS: i64 = 100;
const NUMBERS: i64 = 10_000;

/// `mpifutures_value`, whose members are private to the library.
#[repr(C)]
struct Value {
    message: *const c_void,
    size: usize,
    offset: usize,
    owner: *mut c_void,
}

extern "C" {
    fn mpifutures_get_int64(call: *mut c_void, position: usize, number: *mut i64) -> c_int;
    fn mpifutures_return_int64(call: *mut c_void, number: i64) -> c_int;
    fn mpifutures_executor_create(max_workers: usize) -> *mut c_void;
    fn mpifutures_executor_destroy(executor: *mut c_void);
    fn mpifutures_executor_submit(
        executor: *mut c_void,
        callable: *const c_char,
        format: *const c_char,
        ...
    ) -> *mut c_void;
    fn mpifutures_future_result(future: *mut c_void, timeout: c_double, value: *mut Value)
        -> c_int;
    fn mpifutures_future_release(future: *mut c_void);
    fn mpifutures_value_int64(value: *const Value, number: *mut i64) -> c_int;
    fn mpifutures_error_message() -> *const c_char;
}

/// The number of steps down to 1.
fn steps(mut number: i64) -> u32 {
    let mut count = 0;
    while number != 1 {
        number = if number % 2 == 0 {
            number / 2
        } else {
            3 * number + 1
        };
        count += 1;
    }
    count
}

/// Of equal ones the smallest.
fn longest(numbers: impl Iterator<Item = i64>) -> i64 {
    numbers
        .max_by_key(|&number| (steps(number), -number))
        .unwrap_or(1)
}

/// Task: the number with the longest chain, of `NUMBERS` from the argument on.
///
/// A panic would end the process, as it does wherever it reaches C.
///
/// # Safety
/// `call` is what the library calls tasks with.
#[no_mangle]
pub unsafe extern "C" fn longest_chain(call: *mut c_void) -> c_int {
    let mut first = 0;
    if mpifutures_get_int64(call, 0, &mut first) != 0 {
        return 1;
    }
    mpifutures_return_int64(call, longest(first..first + NUMBERS))
}

/// A future's result; it is released here.
unsafe fn result(future: *mut c_void) -> Result<i64, String> {
    let mut value = Value {
        message: std::ptr::null(),
        size: 0,
        offset: 0,
        owner: std::ptr::null_mut(),
    };
    let mut number = 0;
    let failed = mpifutures_future_result(future, -1.0, &mut value) != 0
        || mpifutures_value_int64(&value, &mut number) != 0;
    let result = if failed {
        Err(CStr::from_ptr(mpifutures_error_message())
            .to_string_lossy()
            .into_owned())
    } else {
        Ok(number)
    };
    mpifutures_future_release(future);
    result
}

/// # Safety
/// It is the program's `main`.
#[no_mangle]
pub unsafe extern "C" fn main(_argc: c_int, _argv: *const *const c_char) -> c_int {
    let executor = mpifutures_executor_create(0);
    let futures: Vec<_> = (0..PARTS)
        .map(|part| {
            mpifutures_executor_submit(
                executor,
                c"longest_chain".as_ptr(),
                c"L".as_ptr(),
                part * NUMBERS + 1,
            )
        })
        .collect();
    let results: Result<Vec<i64>, String> =
        futures.into_iter().map(|future| result(future)).collect();
    mpifutures_executor_destroy(executor);
    match results {
        Ok(numbers) => {
            let number = longest(numbers.into_iter());
            println!("{} takes {} steps", number, steps(number));
            0
        }
        Err(message) => {
            eprintln!("collatz: {message}");
            1
        }
    }
}
