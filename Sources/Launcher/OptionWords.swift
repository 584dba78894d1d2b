/// The words that are options of the launcher.
enum OptionWords {
    /// The options whose value is the next word. Whoever looks for the first word that is no option skips both.
    static let withValue: Set<String> = [
        "--path", "--list", "--workers", "--isolate", "--time-limit", "--retries", "--heartbeat", "--save-failed",
        "--replay",
        "--journal", "--journal-limit", "--journal-files", "--trace", "--report", "--max-calls-per-worker",
        "--memory-limit",
        "--worker-env", "--results", "--joblog", "--halt", "--grace", "--time-left",
    ]

    /// The options that take no value.
    static let flags: Set<String> = [
        "--help", "--version", "--self-test", "--spawn", "--label", "--summary", "--progress", "--bar",
        "--journal-failures", "--journal-sync", "--raw", "--unordered", "--tag", "--line-buffer", "--dry-run",
        "--resume", "--resume-failed",
    ]

    /// All options with a long name.
    static let all = withValue.union(flags)
}
