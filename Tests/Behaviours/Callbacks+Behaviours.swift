import MPIFutures

extension Behaviour {
    static let callbacks = [
        Behaviour(.callbackBefore, "a callback added before the end runs once after it") { context in
            try context.blocked { executor, gate in
                let calls = Locked<[Int]>([])
                let future = try executor.submit(Square(3))
                future.whenDone { future in
                    let value = future.isDone ? (try? future.result(timeout: .zero)) ?? -1 : -2
                    calls.withLock { $0.append(value) }
                }
                try expectEqual(calls.current, [])
                gate.open()
                executor.shutdown()
                try expectEqual(calls.current, [9])
            }
        },
        Behaviour(.callbackBefore, "a callback hears of errors and of cancelling too") { context in
            try context.blocked { executor, gate in
                let calls = Locked<[String]>([])
                let failing = try executor.submit(Risky(number: 0))
                failing.whenDone { future in
                    let isRight = (try? future.error(timeout: .zero)) is BadLuck
                    calls.withLock { $0.append("failed \(isRight)") }
                }
                let cancelled = try executor.submit(Square(3))
                cancelled.whenDone { future in calls.withLock { $0.append("cancelled \(future.isCancelled)") } }
                cancelled.cancel()
                try eventually("the cancelled one's callback runs") { calls.current == ["cancelled true"] }
                gate.open()
                executor.shutdown()
                try expectEqual(calls.current, ["cancelled true", "failed true"])
            }
        },
        Behaviour(.callbackAfter, "a callback added after the end runs at once") { context in
            try context.with { executor in
                let future = try executor.submit(Square(3))
                try expectEqual(try future.result(), 9)
                let calls = Locked(0)
                future.whenDone { _ in calls.withLock { $0 += 1 } }
                try expectEqual(calls.current, 1)
            }
        },
        Behaviour(.callbackOrder, "callbacks run in the order added") { context in
            try context.blocked { executor, gate in
                let calls = Locked<[Int]>([])
                let future = try executor.submit(Square(3))
                for number in 0..<100 { future.whenDone { _ in calls.withLock { $0.append(number) } } }
                gate.open()
                executor.shutdown()
                try expectEqual(calls.current, Array(0..<100))
            }
        },
        Behaviour(.callbackMisbehaves, "a callback that takes its time delays no task, and no callback is lost") {
            context in
            try context.with { executor in
                let (calls, release) = (Locked<[Int]>([]), Event())
                defer { release.happen() }
                let first = try executor.submit(Square(1))
                first.whenDone { _ in
                    calls.withLock { $0.append(1) }
                    _ = release.wait(.seconds(20))
                }
                // However fast the first call was, something follows the callback.
                try expectEqual(try executor.map(Square.init, 0..<100).array(), (0..<100).map { $0 * $0 })
                let second = try executor.submit(Square(2))
                second.whenDone { _ in calls.withLock { $0.append(2) } }
                try expectEqual(try second.result(), 4)
                release.happen()
                executor.shutdown()
                try expectEqual(calls.current.sorted(), [1, 2])
            }
        },
        Behaviour(.callbackMisbehaves, "a callback may use its future, its executor, and add callbacks") { context in
            try context.blocked { executor, gate in
                let calls = Locked<[Int]>([])
                let future = try executor.submit(Square(3))
                future.whenDone { future in
                    future.cancel()
                    future.whenDone { _ in calls.withLock { $0.append(1) } }
                    let more = (try? executor.submit(Square(5)).result()) ?? 0
                    calls.withLock { $0.append(more) }
                    executor.shutdown()
                }
                gate.open()
                try eventually("the callback ends") { calls.current.count == 2 }
                try expectEqual(calls.current, [1, 25])
                try expectError(.shutdown) { try executor.submit(Square(1)) }
            }
        },
        Behaviour(.callbackMisbehaves, "shutting down waits for callbacks") { context in
            try context.with { executor in
                let calls = Locked(0)
                for number in 0..<50 {
                    try executor.submit(Square(number)).whenDone { _ in
                        pause(.microseconds(100))
                        calls.withLock { $0 += 1 }
                    }
                }
                executor.shutdown()
                try expectEqual(calls.current, 50)
            }
        },
    ]
}
