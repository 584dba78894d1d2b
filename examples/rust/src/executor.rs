//! Masters: executors, futures and maps.

use crate::{c_text, ffi, last, Error, FromValue, ToValue, Value, Writer};
use std::ffi::{c_int, c_void};
use std::time::Duration;

/// The arguments of a call: a tuple of those by position, or `Labels`.
pub trait Arguments {
    #[doc(hidden)]
    fn write_arguments(&self, writer: &mut Writer);
}

/// Arguments by label.
pub struct Labels<'a>(pub &'a [(&'a str, &'a dyn ToValue)]);

impl Arguments for Labels<'_> {
    fn write_arguments(&self, writer: &mut Writer) {
        writer.head(5, self.0.len() as u64);
        for (label, value) in self.0 {
            writer.sized_text(label);
            value.write(writer);
        }
    }
}

impl Arguments for () {
    fn write_arguments(&self, writer: &mut Writer) {
        writer.head(4, 0);
    }
}

macro_rules! tuple {
    ($($count:literal: $($name:ident)*;)*) => {$(
        impl<$($name: ToValue),*> Arguments for ($($name,)*) {
            #[allow(non_snake_case)]
            fn write_arguments(&self, writer: &mut Writer) {
                let ($($name,)*) = self;
                writer.head(4, $count);
                $($name.write(writer);)*
            }
        }
    )*};
}
tuple! { 1: A; 2: A B; 3: A B C; 4: A B C D; 5: A B C D E; 6: A B C D E F; }

fn encoded(arguments: &impl Arguments) -> Vec<u8> {
    let mut writer = Writer::default();
    arguments.write_arguments(&mut writer);
    writer.0
}

fn seconds(timeout: Option<Duration>) -> f64 {
    timeout.map_or(-1.0, |time| time.as_secs_f64())
}

/// A pool of workers. Its end waits for its calls.
pub struct Executor(*mut ffi::Executor);

// Any thread may call the functions of mpifutures.h on these objects; a map belongs to one thread at a time.
unsafe impl Send for Executor {}
unsafe impl Sync for Executor {}
unsafe impl Send for Future {}
unsafe impl Sync for Future {}
unsafe impl Send for Results {}

impl Executor {
    /// Makes an executor; with 0 it has the usual number of workers.
    pub fn new(max_workers: usize) -> Result<Self, Error> {
        let executor = unsafe { ffi::mpifutures_executor_create(max_workers) };
        if executor.is_null() { Err(last()) } else { Ok(Executor(executor)) }
    }

    /// Waits until the workers have started, and returns their number.
    pub fn worker_count(&self) -> usize {
        unsafe { ffi::mpifutures_executor_worker_count(self.0) }
    }

    /// Queues a call.
    pub fn submit(&self, callable: &str, arguments: impl Arguments) -> Result<Future, Error> {
        let (name, bytes) = (c_text(callable)?, encoded(&arguments));
        let future = unsafe {
            ffi::mpifutures_executor_submit_cbor(self.0, name.as_ptr(), bytes.as_ptr().cast(), bytes.len())
        };
        if future.is_null() { Err(last()) } else { Ok(Future(future)) }
    }

    /// Makes a call for each element, which is the arguments of one. The results come in order.
    pub fn map<I>(&self, callable: &str, calls: I) -> Result<Results, Error>
    where
        I: IntoIterator,
        I::Item: Arguments,
    {
        unsafe extern "C" fn next<I>(context: *mut c_void, arguments: *mut ffi::Arguments) -> c_int
        where
            I: Iterator,
            I::Item: Arguments,
        {
            // A panic here aborts, as it does wherever it reaches C.
            match (*context.cast::<I>()).next() {
                None => 1,
                Some(call) => {
                    let bytes = encoded(&call);
                    ffi::mpifutures_arguments_set_cbor(arguments, bytes.as_ptr().cast(), bytes.len())
                }
            }
        }
        let (name, mut calls) = (c_text(callable)?, calls.into_iter());
        let context = std::ptr::from_mut(&mut calls).cast();
        let map = unsafe {
            ffi::mpifutures_executor_map(self.0, name.as_ptr(), next::<I::IntoIter>, context, std::ptr::null())
        };
        if map.is_null() { Err(last()) } else { Ok(Results(map)) }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        unsafe { ffi::mpifutures_executor_destroy(self.0) }
    }
}

/// A call that was submitted.
pub struct Future(*mut ffi::Future);

impl Future {
    /// Waits for the result. A slice of it shares the memory of the future.
    pub fn get<'a, T: FromValue<'a>>(&'a self) -> Result<T, Error> {
        self.get_within(None)
    }

    /// Waits for the result, at most for a time.
    pub fn get_within<'a, T: FromValue<'a>>(&'a self, timeout: Option<Duration>) -> Result<T, Error> {
        let mut value = ffi::Value::EMPTY;
        match unsafe { ffi::mpifutures_future_result(self.0, seconds(timeout), &mut value) } {
            0 => Value::new(value).get(),
            _ => Err(last()),
        }
    }

    /// Returns whether the call has ended, in whatever way.
    pub fn is_done(&self) -> bool {
        unsafe { ffi::mpifutures_future_done(self.0) }
    }

    /// Cancels the call, unless it has been sent to a worker. Returns whether it is cancelled now.
    pub fn cancel(&self) -> bool {
        unsafe { ffi::mpifutures_future_cancel(self.0) }
    }
}

impl Drop for Future {
    fn drop(&mut self) {
        unsafe { ffi::mpifutures_future_release(self.0) }
    }
}

/// The results of a map.
pub struct Results(*mut ffi::Map);

impl Results {
    /// Waits for the next result; `None` after the last one. After the error of a call the next ones can be taken.
    pub fn next<T: for<'a> FromValue<'a>>(&mut self) -> Option<Result<T, Error>> {
        let mut value = ffi::Value::EMPTY;
        match unsafe { ffi::mpifutures_map_next(self.0, -1.0, &mut value) } {
            0 => Some(Value::new(value).get()),
            1 => None,
            _ => Some(Err(last())),
        }
    }
}

impl Drop for Results {
    fn drop(&mut self) {
        unsafe { ffi::mpifutures_map_release(self.0) }
    }
}
