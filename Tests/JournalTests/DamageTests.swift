import Support
import Testing
import Wire

@testable import Journals

@Suite("A damaged journal", .hangGuarded)
struct DamageTests {
    private let numbers = Array<UInt64>(0..<6)

    @Test("A damaged journal that ends anywhere gives its complete records, and goes on behind them")
    func truncation() throws {
        let place = try JournalPlace()
        _ = try place.run(numbers)
        let whole = try place.bytes
        var last = numbers.count + 1
        for length in stride(from: whole.count, through: JournalHeader.size, by: -1) {
            try place.write(whole[..<length])
            let (made, messages) = try place.run(numbers)
            #expect(made == Array(numbers[(numbers.count - made.count)...]), "\(length) bytes")
            #expect(made.count >= numbers.count + 1 - last, "\(length) bytes")
            last = numbers.count + 1 - made.count
            // A file that ends behind a record is complete.
            #expect(messages.allSatisfy { $0.hasSuffix("are no complete record and are cut off") }, "\(messages)")
            #expect(messages.count <= 1)
            // What was cut off does not come back.
            #expect(try place.run(numbers) == ([], []), "\(length) bytes")
        }
        #expect(last == 1)
    }

    @Test("A damaged journal that ends within its header is set aside, or refused if it could be anything")
    func truncatedHeader() throws {
        let place = try JournalPlace()
        _ = try place.run(numbers)
        let whole = try place.bytes
        for length in 0..<JournalHeader.size {
            try place.write(whole[..<length])
            switch Result(catching: { try place.run(numbers) }) {
            case .success(let run): #expect(run.made == numbers && (length == 0) == run.messages.isEmpty)
            case .failure(let error):
                #expect((error as? JournalError)?.reason == .foreign)
                #expect(length > 0 && length < 12)
            }
        }
    }

    @Test("A damaged journal with flipped bits loses the records that they are in, and no other")
    func flippedBits() throws {
        var random = SeededGenerator()
        let place = try JournalPlace()
        _ = try place.run(numbers)
        let whole = try place.bytes
        for _ in 0..<300 {
            var bytes = whole
            let place2 = Int.random(in: JournalHeader.size..<whole.count, using: &random)
            bytes[place2] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try place.write(bytes)
            let run = try RecordingRun(place.settings)
            let (made, results) = run.call(numbers)
            run.journal.close()
            #expect(made.count <= 1, "seed \(random.seed), byte \(place2)")
            #expect(run.messages.all.count == 1, "seed \(random.seed), byte \(place2): \(run.messages.all)")
            #expect(
                results == numbers.map { number in withUnsafeBytes(of: number * number) { Array($0) } },
                "seed \(random.seed), byte \(place2)"
            )
        }
    }

    @Test("A damaged journal of random bytes never gives a wrong result, and never ends the process")
    func randomBytes() throws {
        var random = SeededGenerator()
        let place = try JournalPlace()
        _ = try place.run(numbers)
        let whole = try place.bytes
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(.random(in: 0...255, using: &random), at: index)
                }
            }
            try place.write(bytes)
            guard let run = try? RecordingRun(place.settings) else { continue }
            let results = run.call(numbers).results
            run.journal.close()
            #expect(
                results == numbers.map { number in withUnsafeBytes(of: number * number) { Array($0) } },
                "seed \(random.seed)"
            )
        }
    }

    @Test("A damaged journal does not take the records of another journal for its own")
    func foreignRecords() throws {
        let (first, second) = (try JournalPlace(), try JournalPlace())
        _ = try first.run(numbers)
        _ = try second.run([])
        try second.write(try second.bytes + first.bytes[JournalHeader.size...])
        let (made, messages) = try second.run(numbers)
        #expect(made == numbers)
        #expect(messages.count == 1)
    }
}
