// The primes among some numbers: a filter whose condition is computed on workers.
//
//     mpiexec -n 17 mpifutures ./libprimes.so [FIRST LAST]

import MPIFutures

/// One call: finds out whether a number is a prime, by trial division.
struct IsPrime: RemoteCallable {
    var number: Int

    func callAsFunction() -> Bool {
        if number < 4 { return number > 1 }
        if number.isMultiple(of: 2) || number.isMultiple(of: 3) { return false }
        // All primes from 5 on lie beside a multiple of 6.
        var divisor = 5
        while divisor <= number / divisor {
            if number.isMultiple(of: divisor) || number.isMultiple(of: divisor + 2) { return false }
            divisor += 6
        }
        return true
    }
}

@main struct Primes: MPIProgram {
    static func run() throws {
        let numbers = try Options(CommandLine.arguments.dropFirst()).numbers
        try MPIPoolExecutor.with { executor in
            // In the order of the numbers, whichever worker was first.
            let verdicts = try executor.map(IsPrime.init, numbers)
            for number in numbers where try verdicts.next() == true { print(number) }
        }
    }
}
