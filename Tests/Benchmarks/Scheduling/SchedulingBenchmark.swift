// The scheduler with up to 100,000 workers on a simulated clock: what a task costs it, how busy the workers are, and
// how long tasks have to be for that. Prints a line for each combination; `run` makes a plot of them. With the word
// `hosts` it does the same for workers on hosts of 128, where each host has a master.

import Glibc

@main
struct SchedulingBenchmark {
    private static let lengths: [UInt64] = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]
    private static let workersPerHost = 128

    static func main() { if CommandLine.arguments.dropFirst() == ["hosts"] { hosts() } else { workers() } }

    private static func workers() {
        print("workers length/s efficiency master-share frames/task ns/task")
        for workers in [100, 1_000, 10_000, 100_000] {
            for length in lengths {
                var scale = Scale(workers: workers, lengths: tasks(around: length, workers: workers))
                let began = now()
                let outcome = scale.run()
                let cost = (now() - began) / Double(outcome.tasks)
                let figures = [outcome.efficiency, outcome.masterShare, Double(outcome.frames) / Double(outcome.tasks)]
                print(workers, Double(length) / 1e9, figures.map { rounded($0) }.joined(separator: " "), Int(cost))
            }
        }
    }

    private static func hosts() {
        print("choice workers length/s efficiency master-share messages/task")
        for (choice, name) in [(HostScale.Choice.byMaster, "by-master"), (.byHostMaster, "by-host-master")] {
            for (workers, length) in [(10_000, 1_000_000)] + lengths.map({ (100_000, $0) }) {
                let hosts = (workers + workersPerHost / 2) / workersPerHost
                let tasks = tasks(around: length, workers: hosts * workersPerHost)
                var scale = HostScale(hosts: hosts, workersPerHost: workersPerHost, lengths: tasks, choice)
                let outcome = scale.run()
                let figures = [outcome.efficiency, outcome.masterShare, Double(outcome.frames) / Double(outcome.tasks)]
                print(name, workers, Double(length) / 1e9, figures.map { rounded($0) }.joined(separator: " "))
            }
        }
    }

    /// Lengths of some seconds of work, as far as memory reaches, and at least 50 tasks for each worker.
    private static func tasks(around length: UInt64, workers: Int) -> [UInt64] {
        let forEach = min(2_000, max(50, 20_000_000_000 / Int(length)))
        return logNormal(
            around: Double(length),
            count: min(max(forEach * workers, 100_000), max(20_000_000, 50 * workers))
        )
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    private static func rounded(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }

    /// Lengths of tasks with this median, most of them within a half and the double of it.
    private static func logNormal(around median: Double, count: Int) -> [UInt64] {
        var state: UInt64 = 1
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 11) + 0.5) / 0x1p53
        }
        return (0..<count).map { _ in
            let normal = (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
            return UInt64(median * exp(0.5 * normal))
        }
    }
}
