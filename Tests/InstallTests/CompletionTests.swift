import Foundation
import Support
import Testing

/// The installed completions, asked by the shells for whom they are.
@Suite("Completions", .serialized)
struct CompletionTests {
    private static let installation = Task { try await Installation(in: TemporaryDirectory.shared.get()) }

    /// What is written, and what is offered in a directory with `libone.so`, `other/libtwo.so` and `calls.txt`.
    static let offers: [(words: [String], offer: [String])] = [
        (["--l"], ["--label", "--line-buffer", "--list"]),
        (["--raw", "--un"], ["--unordered"]),
        (["--workers", "3", "--un"], ["--unordered"]),
        (["--workers", "3", "-m", ""], ["one"]),
        (["--isolate", "o"], ["off", "on"]),
        (["--isolate", "on", "--un"], ["--unordered"]),
        (["-m", ""], ["one"]),
        (["--path", "other", "-m", ""], ["one", "two"]),
        (["--path", "ot"], ["other"]),
        (["--list", "o"], ["one", "other"]),
        (["-f", "ca"], ["calls.txt"]),
        (["-c", "spec", "ca"], ["calls.txt"]),
        (["-m", "one", "ca"], ["calls.txt"]),
        (["be"], ["bench"]),
        (["jo"], ["journal"]),
        (["--workers", "3", "be"], ["bench"]),
        (["--workers", "3", "jo"], []),
        (["journal", "--e"], ["--export"]),
        (["journal", "ca"], ["calls.txt"]),
        (["journal", "--compact", "ca"], ["calls.txt"]),
        (["bench", "ca"], []),
        // It belongs to the program.
        (["./libone.so", "--l"], []),
        (["-m", "one", "--l"], []),
        (["-", "--l"], []),
    ]

    @Test("The completions know the options and the subcommands of the manual page, and no others")
    func complete() throws {
        let manual = try PackageFiles.text(of: "Docs/mpifutures.1")
        let options = Set(manual.matches(of: /(?m)^\.It Fl -([a-z-]+)/).map { String($0.1) })
        let synopsis = manual.matches(of: /(?m)^(?:mpiexec -n N )?mpifutures ([a-z]+) (?!\[arg)/).map { String($0.1) }
        let commands = Set(synopsis).subtracting(["plugin"])
        #expect(options.count > 20 && commands == ["bench", "journal", "report"])
        func known(_ shell: String, _ file: String, _ option: Regex<(Substring, Substring)>) throws {
            let text = try PackageFiles.text(of: "Sources/Completions/\(file)")
            let found = Set(text.matches(of: option).map { String($0.1) })
            // Those of `journal` and `report`.
            #expect(found.subtracting(["export", "compact", "json", "csv"]) == options, "\(shell)")
            for command in commands { #expect(text.contains(command), "\(shell): \(command)") }
        }
        let bash = try PackageFiles.text(of: "Sources/Completions/mpifutures.bash")
        let list = try #require(bash.firstMatch(of: /-W '(-m [^']*)'/))
        for command in commands { #expect(bash.contains(command)) }
        #expect(Set(list.1.matches(of: /--([a-z-]+)/).map { String($0.1) }) == options)
        try known("fish", "mpifutures.fish", /(?m)^complete .* -l ([a-z-]+)/)
        try known("zsh", "_mpifutures", /--([a-z-]+)\[/)
    }

    @Test("The completions of bash work", arguments: offers)
    func bash(words: [String], offer: [String]) async throws {
        let script = """
            . "$PREFIX/share/bash-completion/completions/mpifutures"
            COMP_WORDS=(mpifutures "$@")
            COMP_CWORD=$#
            _mpifutures
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        try await expect(["bash", "-c", script, "bash"] + words, words, offers: offer)
    }

    @Test("The completions of fish work", arguments: offers)
    func fish(words: [String], offer: [String]) async throws {
        let script = """
            source "$PREFIX/share/fish/vendor_completions.d/mpifutures.fish"
            complete -C "$LINE" | string replace --regex '\\t.*' ''
            """
        try await expect(["fish", "--no-config", "-c", script], words, offers: offer)
    }

    @Test("The completions of zsh work", arguments: offers)
    func zsh(words: [String], offer: [String]) async throws {
        // Completion takes a terminal; what it would offer is printed in place of being offered.
        let script = """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            send() { zpty -w shell "$1" }
            send 'PS1=; fpath=($PREFIX/share/zsh/site-functions $fpath); autoload -Uz compinit; compinit -u -D'
            send 'compadd() { builtin compadd -O offers "$@"; builtin compadd "$@"; [[ -n $1 ]] && print -rl -- OFFER:${^offers}; }'
            send 'zle -C ask complete-word show; show() { _main_complete; print -r -- END; exit; }; bindkey "^T" ask'
            send 'print -r -- READY$((1 + 1))'
            zpty -r shell line '*READY2*'
            zpty -n -w shell "$LINE"$'\\x14'
            zpty -r shell line '*END*'
            print -r -- $line
            """
        try await expect(["zsh", "-f", "-c", script], words, offers: offer) { output in
            output.matches(of: /OFFER:([^\r\n]+)/).map { String($0.1) }
        }
    }

    private func expect(
        _ command: [String],
        _ words: [String],
        offers: [String],
        reading: (String) -> [String] = { $0.split(separator: "\n").map(String.init) }
    ) async throws {
        guard try await runProcess("sh", ["-c", "command -v \(command[0])"]).status == .exited(0) else {
            try Test.cancel("\(command[0]) is not installed")
        }
        let installation = try await Self.installation.value
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/other",
            withIntermediateDirectories: false
        )
        for name in ["libone.so", "other/libtwo.so", "calls.txt"] { try directory.write("", to: name) }
        let result = try await runProcess(
            command[0],
            Array(command.dropFirst()),
            environment: installation.environment.merging([
                "PREFIX": installation.prefix, "LINE": (["mpifutures"] + words).joined(separator: " "),
                "HOME": directory.path, "MPIFUTURES_PATH": nil,
            ]) { $1 },
            workingDirectory: directory.path
        )
        let found = Set(reading(result.stdout.text).map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 })
        #expect(found.sorted() == offers, "\(result)")
        #expect(result.stderr.text == "")
    }
}
