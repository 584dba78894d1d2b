// How far an infection spreads, for rates of transmission from 2 % to 24 %: a parameter sweep over shared data.
//
//     mpiexec -n 17 mpifutures ./libsweep.so
//
// All runs need the same contacts, about a megabyte. They go to each worker once; a run itself is a few bytes.

import MPIFutures

/// One call: one outbreak, from one person on.
struct Outbreak: RemoteCallable {
    var contacts: Shared<Contacts>
    /// How many of 100 contacts of an infected person transmit.
    var rate: Int
    var run: Int

    /// The number of people who get infected.
    func callAsFunction() throws -> Int {
        let contacts = try contacts.value
        var random = SplitMix64(seed: UInt64(rate * 1000 + run))
        var isInfected = [Bool](repeating: false, count: contacts.people)
        var infected = [random.number(below: contacts.people)]
        isInfected[infected[0]] = true
        var next = 0
        while next < infected.count {
            for other in contacts[of: infected[next]] {
                let transmits = random.number(below: 100) < rate
                guard transmits, !isInfected[Int(other)] else { continue }
                isInfected[Int(other)] = true
                infected.append(Int(other))
            }
            next += 1
        }
        return infected.count
    }
}

@main struct Sweep: MPIProgram {
    static func run() throws {
        let rates = Array(stride(from: 2, through: 24, by: 2))
        let runs = 1...50
        let people = 20_000
        try MPIPoolExecutor.with { executor in
            let contacts = try executor.broadcast(Contacts(people: people, seed: 2026))
            let sizes = try executor.starmap(
                { Outbreak(contacts: contacts, rate: $0, run: $1) },
                rates.flatMap { rate in runs.map { (rate, $0) } }
            )
            print("  rate   infected")
            for rate in rates {
                let infected = try runs.reduce(0) { sum, _ in sum + (try sizes.next() ?? 0) }
                print(line(rate, perMille: infected * 1000 / (runs.count * people)))
            }
        }
    }

    /// A line of the table, with a bar: one sign for each 2 %.
    private static func line(_ rate: Int, perMille: Int) -> String {
        let numbers = "\(pad(rate)) % \(pad(perMille / 10)).\(perMille % 10) %"
        return perMille < 20 ? numbers : "\(numbers)  \(String(repeating: "#", count: perMille / 20))"
    }

    private static func pad(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(0, 4 - text.count)) + text
    }
}
