/// The options whose value is the next word. Whoever looks for the first word that is no option skips both.
enum OptionWords {
    static let withValue: Set<String> = [
        "--path", "--list", "--workers", "--isolate", "--time-limit", "--retries", "--save-failed", "--replay",
        "--journal", "--journal-limit", "--trace", "--report", "--max-calls-per-worker", "--memory-limit",
        "--worker-env", "--results", "--joblog", "--halt", "--grace", "--time-left",
    ]
}
