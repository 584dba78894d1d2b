/// A list of hosts, each with the number of processes that it takes before the next host gets any.
package struct HostList: Equatable, Sendable {
    package struct Host: Equatable, Sendable {
        package var name: String
        package var slots: Int
    }

    package private(set) var hosts: [Host] = []

    /// Parses a list such as `a,b:2`. A host without a number has `slotsEach` slots.
    package init(list: String, slotsEach: Int = 1) {
        for part in list.split(separator: ",") { add(part, slotsEach) }
    }

    /// Parses a host file as `mpiexec -f` does: lines of `name` or `name:slots`. Further words and comments are
    /// ignored.
    package init(file: String, slotsEach: Int = 1) {
        for line in file.split(whereSeparator: \.isNewline) {
            let text = line.prefix { $0 != "#" }
            if let word = text.split(whereSeparator: \.isWhitespace).first { add(word, slotsEach) }
        }
    }

    private mutating func add(_ word: Substring, _ slotsEach: Int) {
        let trimmed = word.filter { !$0.isWhitespace }
        // Slots are digits behind the only colon. An IPv6 address has several colons.
        if let colon = trimmed.lastIndex(of: ":"), let slots = Int(trimmed[trimmed.index(after: colon)...]), slots > 0,
            trimmed.filter({ $0 == ":" }).count == 1
        {
            hosts.append(Host(name: String(trimmed[..<colon]), slots: slots))
        } else if !trimmed.isEmpty {
            hosts.append(Host(name: trimmed, slots: slotsEach))
        }
    }

    /// Distributes `count` processes over the hosts. Each host in turn gets as many as it has slots. After the last
    /// host the first one is next.
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
