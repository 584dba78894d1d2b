/// Who meets whom: a ring of people who know their neighbours and a few others far away.
struct Contacts: Codable {
    static let near = 8
    static let far = 4

    /// The contacts of all people, one after the other.
    private var numbers: [Int32]

    var people: Int { numbers.count / (Self.near + Self.far) }

    init(people: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        numbers = (0..<people).flatMap { person in
            let near = (1...Self.near / 2).flatMap { [person + $0, person + people - $0] }.map { $0 % people }
            let far = (0..<Self.far).map { _ in random.number(below: people) }
            return (near + far).map { Int32($0) }
        }
    }

    subscript(of person: Int) -> ArraySlice<Int32> {
        let count = Self.near + Self.far
        return numbers[person * count..<(person + 1) * count]
    }
}
