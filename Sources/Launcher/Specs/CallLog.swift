internal import DequeModule
internal import Identities
internal import MPIFutures

/// The data of calls under way that the handling of their results needs.
///
/// One entry represents a run of calls, so a map takes no more memory than a call.
struct CallLog {
    /// The data of one call.
    struct Entry {
        let form: any CallableForm
        /// The line of the call; nil if the calls are not in lines.
        let line: Int?
    }

    private struct Run {
        let first: Int
        var count: Int
        var remaining: Int
        let form: any CallableForm
        let callable: CallableID
        let line: Int?
        /// The distance in lines between the calls of the run: 0 in a map, 1 in a list.
        var step: Int
    }

    private var runs: Deque<Run> = []

    /// Adds the next call.
    ///
    /// - Parameter callable: The callable's number, which identifies the form.
    mutating func append(_ index: Int, _ form: any CallableForm, callable: CallableID, line: Int?) {
        if let last = runs.indices.last, runs[last].callable == callable {
            let run = runs[last]
            let distance = line.flatMap { line in run.line.map { line - $0 } } ?? 0
            let step = run.count == 1 ? distance : run.step
            if step == 0 || step == 1, distance == step * run.count {
                runs[last].count += 1
                runs[last].remaining += 1
                runs[last].step = step
                return
            }
        }
        runs.append(Run(first: index, count: 1, remaining: 1, form: form, callable: callable, line: line, step: 0))
    }

    /// Removes and returns the data of a call whose result has come.
    mutating func take(_ index: Int) -> Entry? {
        guard let place = place(of: index) else { return nil }
        let run = runs[place]
        runs[place].remaining -= 1
        // An empty run cannot grow, so it is removed even if it is the last one.
        while let first = runs.first, first.remaining == 0 { runs.removeFirst() }
        return Entry(form: run.form, line: run.line.map { $0 + run.step * (index - run.first) })
    }

    private func place(of index: Int) -> Int? {
        var range = 0..<runs.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let run = runs[middle]
            if index < run.first {
                range = range.lowerBound..<middle
            } else if index >= run.first + run.count {
                range = middle + 1..<range.upperBound
            } else {
                return middle
            }
        }
        return nil
    }
}
