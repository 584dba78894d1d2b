//! Tasks: functions that workers call.

use crate::{c_text, ffi, last, Error, FromValue, ToValue, Value, Writer};
use std::ffi::c_int;
use std::fmt::Display;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Makes a task of a function. Its parameters are arguments, by position or by their names as labels.
///
/// ```ignore
/// mpifutures::task! {
///     /// All values times a factor, which is 2 unless the caller says otherwise.
///     fn scale(values: &[f64], factor: Option<f64>) -> Result<Vec<f64>, String> {
///         Ok(values.iter().map(|value| value * factor.unwrap_or(2.0)).collect())
///     }
/// }
/// ```
///
/// An `Option` may be missing. An `Err`, and a panic, fails the call with its text.
#[macro_export]
macro_rules! task {
    ($(#[$attribute:meta])* fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$attribute])*
        ///
        /// # Safety
        /// `call` is what the library calls tasks with.
        #[no_mangle]
        pub unsafe extern "C" fn $name(call: *mut $crate::ffi::Call) -> ::std::ffi::c_int {
            fn body($($argument: $type),*) $(-> $result)? $body
            unsafe {
                $crate::run(call, |arguments| {
                    $(let $argument = arguments.next(stringify!($argument))?;)*
                    let _ = arguments;
                    $crate::Outcome::outcome(body($($argument),*))
                })
            }
        }
    };
}

/// Makes the `main` of a plugin of a function that returns a `Result`.
#[macro_export]
macro_rules! main {
    ($function:ident) => {
        /// The program that the launcher runs on the master.
        #[no_mangle]
        pub extern "C" fn main(_: ::std::ffi::c_int, _: *const *const ::std::ffi::c_char) -> ::std::ffi::c_int {
            match $function() {
                Ok(()) => 0,
                Err(error) => {
                    eprintln!("{error}");
                    1
                }
            }
        }
    };
}

/// The arguments of a call, as its task reads them one after the other.
pub struct TaskArguments {
    call: *mut ffi::Call,
    position: usize,
}

impl TaskArguments {
    /// Reads the argument at the next position, or with a label.
    pub fn next<'a, T: FromValue<'a>>(&mut self, label: &str) -> Result<T, Failure> {
        let mut raw = ffi::Value::EMPTY;
        let position = self.position;
        self.position += 1;
        let c_label = c_text(label)?;
        let status = unsafe {
            if ffi::mpifutures_has_argument(self.call, position) {
                ffi::mpifutures_get(self.call, position, &mut raw)
            } else if let (false, Some(value)) =
                (ffi::mpifutures_has_argument_named(self.call, c_label.as_ptr()), T::missing())
            {
                return Ok(value);
            } else {
                ffi::mpifutures_get_named(self.call, c_label.as_ptr(), &mut raw)
            }
        };
        if status != 0 {
            return Err(last().into());
        }
        Ok(Value::new(raw).get()?)
    }
}

/// The reason why a call fails.
pub struct Failure(String);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure(error.to_string())
    }
}

/// What a task may return: a value, or a `Result` of one.
pub trait Outcome {
    #[doc(hidden)]
    fn outcome(self) -> Result<Vec<u8>, Failure>;
}

impl<T: ToValue> Outcome for T {
    fn outcome(self) -> Result<Vec<u8>, Failure> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        Ok(writer.0)
    }
}

impl<T: ToValue, E: Display> Outcome for Result<T, E> {
    fn outcome(self) -> Result<Vec<u8>, Failure> {
        self.map_err(|error| Failure(error.to_string()))?.outcome()
    }
}

/// Runs a task. No panic leaves it.
///
/// # Safety
/// `call` is what the library calls tasks with.
#[doc(hidden)]
pub unsafe fn run(
    call: *mut ffi::Call,
    body: impl FnOnce(&mut TaskArguments) -> Result<Vec<u8>, Failure>,
) -> c_int {
    let mut arguments = TaskArguments { call, position: 0 };
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&mut arguments))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        Err(Failure(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned()))
    });
    match outcome {
        Ok(bytes) => ffi::mpifutures_return_cbor(call, bytes.as_ptr().cast(), bytes.len()),
        Err(Failure(text)) => {
            let text = c_text(&text.replace('\0', " ")).unwrap_or_default();
            ffi::mpifutures_fail(call, text.as_ptr())
        }
    }
}
