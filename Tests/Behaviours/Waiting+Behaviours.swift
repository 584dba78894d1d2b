import MPIFutures

extension Behaviour {
    static let waiting = [
        Behaviour(.waitFirstCompleted, "wait for the first completed gives it, the rest pending") { context in
            try context.with { executor in
                let futures = try (0..<3).map { try executor.submit(Pass(scratch: context.scratch, number: $0)) }
                defer { for number in 0..<3 { context.scratch.gate("\(number)").open() } }
                context.scratch.gate("1").open()
                // One worker alone would run the first and stay there.
                if executor.workerCount == 1 { context.scratch.gate("0").open() }
                let (done, pending) = wait(for: futures, until: .firstCompleted)
                try expect(!done.isEmpty, "one is done")
                try expect(pending.contains(futures[2]), "the last one is pending")
                try expectEqual(done.union(pending), Set(futures))
                try expect(done.isDisjoint(with: pending), "none is both")
            }
        },
        Behaviour(.waitAlreadyDone, "wait comes back at once for what is done") { context in
            try context.blocked { executor, _ in
                let done = try executor.submit(Square(1))
                done.cancel()
                let pending = try executor.submit(Square(2))
                for condition in [WaitCondition.firstCompleted, .firstError, .allCompleted] {
                    let result = wait(for: [done], until: condition)
                    try expectEqual(result.done, [done])
                    try expectEqual(result.pending, [])
                }
                let both = wait(for: [pending, done], until: .firstCompleted)
                try expectEqual(both.done, [done])
                try expectEqual(both.pending, [pending])
            }
        },
        Behaviour(.waitFirstError, "wait for the first error passes successes and stops at an error") { context in
            try context.with { executor in
                let (gate, journal) = (context.scratch.gate(), context.scratch.journal())
                defer { gate.open() }
                let good = try executor.submit(Square(2))
                let bad = try executor.submit(Risky(number: 0))
                let late = try executor.submit(Hold(gate: gate, journal: journal))
                let (done, pending) = wait(for: [late, good, bad], until: .firstError)
                try expect(done.contains(bad), "the failed one is done")
                try expect(pending.contains(late), "the late one is pending")
                let again = wait(for: [late, bad], timeout: .seconds(30), until: .firstError)
                try expectEqual(again.done, [bad])
            }
        },
        Behaviour(.waitFirstError, "wait for the first error does not stop at a success") { context in
            try context.blocked { executor, _ in
                let good = try executor.submit(Square(2))
                let pending = try executor.submit(Square(3))
                good.cancel()
                let result = wait(for: [good, pending], timeout: .milliseconds(20), until: .firstError)
                try expectEqual(result.done, [good])
                try expectEqual(result.pending, [pending])
            }
        },
        Behaviour(.waitNoError, "wait for the first error, when there is none, waits for all") { context in
            try context.with { executor in
                let futures = try (1..<20).map { try executor.submit(Square($0)) }
                let (done, pending) = wait(for: futures, until: .firstError)
                try expectEqual(done, Set(futures))
                try expectEqual(pending, [])
            }
        },
        Behaviour(.waitAll, "wait for all gives all, of different types and with errors among them") { context in
            try context.with { executor in
                let numbers = try (0..<20).map { try executor.submit(Risky(number: $0)) }
                let text = try executor.submit(Echo("text"))
                let all = numbers.map { AnyFuture($0) } + [AnyFuture(text)]
                let (done, pending) = wait(for: all)
                try expectEqual(done, Set(all))
                try expectEqual(pending, [])
                try expect(all.allSatisfy(\.isDone), "all are done")
                try expectEqual(wait(for: numbers).done, Set(numbers))
            }
        },
        Behaviour(.waitTimeout, "a timeout of wait splits done from pending") { context in
            try context.blocked { executor, gate in
                let futures = try (0..<10).map { try executor.submit(Square($0)) }
                for index in [0, 3, 7] { futures[index].cancel() }
                for timeout in [Duration.zero, .milliseconds(5)] {
                    let (done, pending) = wait(for: futures, timeout: timeout)
                    try expectEqual(done, [futures[0], futures[3], futures[7]])
                    try expectEqual(pending.count, 7)
                }
                gate.open()
                try expectEqual(wait(for: futures).done.count, 10)
            }
        },
        Behaviour(.waitDuplicates, "duplicates count once for wait") { context in
            try context.with { executor in
                let future = try executor.submit(Square(1))
                let (done, pending) = wait(for: [future, future, future])
                try expectEqual(done, [future])
                try expectEqual(pending, [])
            }
        },
        Behaviour(.waitEmpty, "wait for nothing comes back at once") { context in
            try context.with { executor in
                let none = try (0..<0).map { try executor.submit(Square($0)) }
                for condition in [WaitCondition.firstCompleted, .firstError, .allCompleted] {
                    let (done, pending) = wait(for: none, until: condition)
                    try expect(done.isEmpty && pending.isEmpty, "nothing is either")
                }
            }
        },
        Behaviour(.waitAll, "many threads wait for the same futures") { context in
            try context.blocked { executor, gate in
                let futures = try (0..<100).map { try executor.submit(Square($0)) }
                startThread {
                    pause(.milliseconds(5))
                    gate.open()
                }
                try inThreads(8) { thread in
                    let condition: WaitCondition = thread % 2 == 0 ? .allCompleted : .firstError
                    try expectEqual(wait(for: futures, until: condition).done.count, 100)
                }
            }
        },
    ]
}
