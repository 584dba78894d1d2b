//! The number below a million with the longest Collatz chain, in 100 parts: a task and its master in Rust.
//!
//!     mpiexec -n 3 mpifutures ./libcollatz.so

use mpifutures::{Error, Executor};

const PARTS: i64 = 100;
const NUMBERS: i64 = 10_000;

/// The number of steps down to 1.
fn steps(mut number: i64) -> u32 {
    let mut count = 0;
    while number != 1 {
        number = if number % 2 == 0 { number / 2 } else { 3 * number + 1 };
        count += 1;
    }
    count
}

/// Of equal ones the smallest.
fn longest(numbers: impl Iterator<Item = i64>) -> i64 {
    numbers.max_by_key(|&number| (steps(number), -number)).unwrap_or(1)
}

mpifutures::task! {
    /// The number with the longest chain, of `NUMBERS` from the first one on.
    fn longest_chain(first: i64) -> i64 { longest(first..first + NUMBERS) }
}

fn run() -> Result<(), Error> {
    let executor = Executor::new(0)?;
    let mut results = executor.map("longest_chain", (0..PARTS).map(|part| (part * NUMBERS + 1,)))?;
    let mut numbers = Vec::new();
    while let Some(number) = results.next().transpose()? {
        numbers.push(number);
    }
    let number = longest(numbers.into_iter());
    println!("{number} takes {} steps", steps(number));
    Ok(())
}

mpifutures::main!(run);
