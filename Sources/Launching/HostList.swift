/// Hosts, and how many processes each of them takes before the next one gets any.
package struct HostList: Equatable, Sendable {
    package struct Host: Equatable, Sendable {
        package var name: String
        package var slots: Int
    }

    package private(set) var hosts: [Host] = []

    /// `a,b:2`: names with commas between them, each with its number of slots or one.
    package init(list: String, slotsEach: Int = 1) {
        for part in list.split(separator: ",") { add(part, slotsEach) }
    }

    /// The lines of a file of hosts as `mpiexec -f` reads it: `name`, `name:slots`, further words, and comments.
    package init(file: String, slotsEach: Int = 1) {
        for line in file.split(whereSeparator: \.isNewline) {
            let text = line.prefix { $0 != "#" }
            if let word = text.split(whereSeparator: \.isWhitespace).first { add(word, slotsEach) }
        }
    }

    private mutating func add(_ word: Substring, _ slotsEach: Int) {
        let trimmed = word.filter { !$0.isWhitespace }
        // The last colon, and digits behind it: an address of IPv6 has colons of its own.
        if let colon = trimmed.lastIndex(of: ":"), let slots = Int(trimmed[trimmed.index(after: colon)...]), slots > 0,
            trimmed.filter({ $0 == ":" }).count == 1
        {
            hosts.append(Host(name: String(trimmed[..<colon]), slots: slots))
        } else if !trimmed.isEmpty {
            hosts.append(Host(name: trimmed, slots: slotsEach))
        }
    }

    /// How many of `count` processes each host gets: its slots in turn, from the first host again after the last.
    package func distributing(_ count: Int) -> [Host] {
        var shares = hosts.map { Host(name: $0.name, slots: 0) }
        var rest = count
        while rest > 0, !hosts.isEmpty {
            for index in hosts.indices {
                let share = min(hosts[index].slots, rest)
                shares[index].slots += share
                rest -= share
            }
        }
        return shares.filter { $0.slots > 0 }
    }
}
