//! The squares of 1000 numbers in ten pieces, of which one fails, and the sum of the others. The same job is here in six
//! languages: see examples/README.md.
//!
//!     mpiexec -n 3 mpifutures ./libsquares-rust.so

use mpifutures::{Error, Executor};

const PIECES: usize = 10;
const LENGTH: usize = 100;

mpifutures::task! {
    /// The squares of some numbers, none of which may be negative.
    fn square(numbers: &[f64]) -> Result<Vec<f64>, String> {
        match numbers.iter().find(|&&x| x < 0.0) {
            Some(x) => Err(format!("{x} is negative")),
            None => Ok(numbers.iter().map(|x| x * x).collect()),
        }
    }
}

fn run() -> Result<(), Error> {
    let mut numbers: Vec<f64> = (0..PIECES * LENGTH).map(|x| x as f64).collect();
    numbers[450] = -450.0;

    let executor = Executor::new(0)?;
    let mut futures = Vec::new();
    for piece in numbers.chunks(LENGTH) {
        futures.push(executor.submit("square", (piece,))?);
    }
    let mut sum = 0.0;
    for (i, future) in futures.iter().enumerate() {
        match future.get::<&[f64]>() {
            Ok(squares) => sum += squares.iter().sum::<f64>(),
            Err(error) => {
                println!("piece {i} failed");
                eprintln!("{error}");
            }
        }
    }
    println!("the others have the sum {sum}");
    Ok(())
}

mpifutures::main!(run);
