// Clocks and counts of the operating system, and what is made of them.

import Glibc

private func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func threadTime() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }
func processorTime() -> Double { read(CLOCK_PROCESS_CPUTIME_ID) }
func coreCount() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let began = read(CLOCK_MONOTONIC)
    try body()
    return read(CLOCK_MONOTONIC) - began
}

func sleep(seconds: Double) { usleep(UInt32(seconds * 1e6)) }

/// Sleeps, but for the last moments: a sleep ends late.
func occupy(_ seconds: Double) {
    let end = read(CLOCK_MONOTONIC) + seconds
    if seconds > 0.001 { sleep(seconds: seconds - 0.0005) }
    while read(CLOCK_MONOTONIC) < end {}
}

/// The process's memory in bytes.
func residentMemory() -> Int { memory("VmRSS:", of: "status") }

/// The most that it has been.
func peakMemory() -> Int { memory("VmHWM:", of: "status") }

/// What it takes if each page is divided among the processes that share it.
func proportionalMemory() -> Int { memory("Pss:", of: "smaps_rollup") }

private func memory(_ name: String, of table: String) -> Int {
    guard let file = fopen("/proc/self/\(table)", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
        let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard text.hasPrefix(name) else { continue }
        return (text.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0) * 1024
    }
    return 0
}

func median(_ values: some Collection<Double>) -> Double { values.sorted()[values.count / 2] }

/// A line of the report.
func report(_ name: String, _ value: Double) { print(name, value) }

struct UsageError: Error, CustomStringConvertible { let description: String }

struct WrongResult: Error {}

func check(_ holds: Bool) throws { if !holds { throw WrongResult() } }

/// What stands behind the workload's name.
struct Arguments {
    private let words: [String]
    init(_ words: some Sequence<String>) { self.words = Array(words) }

    var count: Int { words.count }
    func text(_ index: Int) -> String? { index < words.count ? words[index] : nil }

    func integer(_ index: Int) throws -> Int {
        guard let number = text(index).flatMap({ Int($0) }) else {
            throw UsageError(description: "argument \(index + 1) must be a number")
        }
        return number
    }
}
