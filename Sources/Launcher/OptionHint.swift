/// Says what to write in place of an option that the launcher does not have.
enum OptionHint {
    /// Returns what to write, as the end of a sentence; nil if nothing is known to be meant.
    ///
    /// - Parameter word: The option as it was written.
    static func remedy(for word: String) -> String? {
        let name = String(word.prefix { $0 != "=" })
        if let meaning = meanings[name] { return meaning }
        if let nearest = nearest(to: name) { return "write \(nearest)" }
        // Options of one letter take the next word.
        guard let option = ["-c", "-f", "-m"].first(where: { name.hasPrefix($0) }) else { return nil }
        return "what follows \(option) is a word of its own"
    }

    /// What options of GNU parallel, xargs and mpiexec are here. See Docs/FromParallel.md.
    private static let meanings: [String: String] = {
        var meanings: [String: String] = [
            "-V": "write --version",
            "--timeout": "write --time-limit S",
            "--retry-failed": "write --resume-failed",
            "--tagstring": "write --tag",
            "-a": #"write each(lines("file")) in the calls"#,
            "--arg-file": #"write each(lines("file")) in the calls"#,
            "-0": #"write each(lines0("-")) in the calls"#,
            "--null": #"write each(lines0("-")) in the calls"#,
            "--pipe": #"write stdin: each(chunks("-")) in the calls"#,
            "-I": #"a script has its arguments as "$1", "$2" and so on"#,
            "--lb": "write --line-buffer",
            "-u": "write --line-buffer",
            "--ungroup": "write --line-buffer",
            "-k": "results are in the order of the calls without it",
            "--keep-order": "results are in the order of the calls without it",
            "-n": "write --workers N, or 'mpiexec -n N mpifutures …'",
            "-np": "write --workers N, or 'mpiexec -n N mpifutures …'",
            "--np": "write --workers N, or 'mpiexec -n N mpifutures …'",
        ]
        for word in ["-j", "--jobs", "-P", "--max-procs"] { meanings[word] = "write --workers N" }
        meanings["--eta"] = "write --progress"
        for word in ["-S", "--sshlogin"] { meanings[word] = "hosts are those of mpiexec" }
        return meanings
    }()

    /// Returns the option that differs from a word by a slip or two of the keys.
    private static func nearest(to word: String) -> String? {
        guard word.hasPrefix("--"), word.count >= 5 else { return nil }
        let distances = OptionWords.all.map { ($0, distance(Array($0.utf8), Array(word.utf8))) }
        return distances.filter { $0.1 <= 2 }.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// Counts the letters to insert, to remove or to replace: the distance of Levenshtein.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (index, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (other, otherLetter) in second.enumerated() {
                let replaced = diagonal + (letter == otherLetter ? 0 : 1)
                diagonal = row[other + 1]
                row[other + 1] = min(replaced, row[other] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
