//! mpifutures in Rust: tasks that run on a pool of MPI processes, and programs that call them.
//!
//! ```ignore
//! mpifutures::task! {
//!     fn square(x: f64) -> f64 { x * x }
//! }
//!
//! fn run() -> Result<(), mpifutures::Error> {
//!     let executor = mpifutures::Executor::new(0)?;
//!     let future = executor.submit("square", (3.0,))?;
//!     println!("{}", future.get::<f64>()?);
//!     Ok(())
//! }
//! mpifutures::main!(run);
//! ```
//!
//! Arguments and results are numbers, `bool`, text, `Option`, slices and `Vec`s of numbers, `List`s of others, maps with
//! keys of text, and `Value` as it came from elsewhere. The header mpifutures.h has the contracts.

mod executor;
#[doc(hidden)]
pub mod ffi;
mod tasks;
mod values;

pub use executor::{Arguments, Executor, Future, Labels, Results};
pub use ffi::Worker;
pub use tasks::{Failure, Outcome, TaskArguments};
#[doc(hidden)]
pub use tasks::run;
pub use values::{FromValue, List, Number, ToValue, Value, Writer};

use std::ffi::{c_int, CStr, CString};
use std::fmt;

/// A status of mpifutures.h other than MPIFUTURES_OK, with the library's text.
#[derive(Clone, Debug)]
pub struct Error {
    /// One of the constants.
    pub status: c_int,
    message: String,
}

impl Error {
    /// The time was over before the wait had ended.
    pub const TIMEOUT: c_int = 2;
    /// The call was cancelled before it ran.
    pub const CANCELLED: c_int = 3;
    /// The call failed on its worker; the text says where and why.
    pub const FAILED: c_int = 4;
    /// There is no such argument or label.
    pub const MISSING: c_int = 5;
    /// The value is of another kind than was asked for.
    pub const MISMATCH: c_int = 6;
    /// The number does not fit into the type that was asked for.
    pub const RANGE: c_int = 7;
    /// An argument of the function is not valid.
    pub const INVALID: c_int = 8;

    fn new(status: c_int, message: String) -> Self {
        Error { status, message }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Returns the worker that makes the call which this thread runs: its number, and that on its host, from 0.
pub fn current_worker() -> Result<Worker, Error> {
    let mut worker = Worker::default();
    match unsafe { ffi::mpifutures_current_worker(&mut worker) } {
        0 => Ok(worker),
        _ => Err(last()),
    }
}

/// The error of the function that failed last on this thread.
fn last() -> Error {
    let message = unsafe { CStr::from_ptr(ffi::mpifutures_error_message()) };
    Error::new(unsafe { ffi::mpifutures_error_status() }, message.to_string_lossy().into_owned())
}

fn c_text(text: &str) -> Result<CString, Error> {
    CString::new(text).map_err(|_| Error::new(Error::INVALID, format!("{text:?} contains a zero byte")))
}
