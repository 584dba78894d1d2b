internal import DequeModule
internal import Identities
internal import MPIFutures

/// What the calls under way are calls of, for whoever gets their results.
///
/// One entry stands for a run of calls, so a map takes no more room than a call.
struct CallLog {
    /// What to know of one call.
    struct Entry {
        let form: any CallableForm
        /// The line that it stands in; nil if there are no lines to speak of.
        let line: Int?
    }

    private struct Run {
        let first: Int
        var count: Int
        var remaining: Int
        let form: any CallableForm
        let callable: CallableID
        let line: Int?
        /// How much further down each call of the run stands than the one before: 0 in a map, 1 in a list.
        var step: Int
    }

    private var runs: Deque<Run> = []

    /// Notes the next call.
    ///
    /// - Parameter callable: Tells forms apart.
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

    /// What was noted of a call whose result has come, once.
    mutating func take(_ index: Int) -> Entry? {
        guard let place = place(of: index) else { return nil }
        let run = runs[place]
        runs[place].remaining -= 1
        // The last run stays while it may still grow: an empty one cannot.
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
