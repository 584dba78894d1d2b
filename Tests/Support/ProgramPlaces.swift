/// Lets a few programs of tests run at once.
///
/// Hundreds of tests begin together, many with a compiler. All of them at once would miss their deadlines.
actor ProgramPlaces {
    static let shared = ProgramPlaces(count: 6)

    /// Whether the caller runs beside a program that has a place. It must not wait for another one: all places might be
    /// taken by such callers.
    @TaskLocal private static var isBesideProgram = false

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { free = count }

    /// Runs a function when there is a place, in the order of the calls.
    nonisolated func run<Value>(_ function: () async throws -> Value) async throws -> Value {
        guard !Self.isBesideProgram else { return try await function() }
        await take()
        do {
            let value = try await Self.$isBesideProgram.withValue(true) { try await function() }
            await give()
            return value
        } catch {
            await give()
            throw error
        }
    }

    private func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func give() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        free += 1
    }
}
