/// The requirements, line by line: "Section: what holds".
///
/// `Docs/Behaviours.md` is made from them and from the behaviours that name them.
package enum Line: String, CaseIterable, Sendable {
    case newIsPending = "Future: a new future is pending: not done, not running, not cancelled"
    case cancelPending = "Future: cancel() of a pending future returns true, and again true when repeated"
    case cancelRunning = "Future: cancel() of a running or finished future returns false"
    case cancelledThrows = "Future: result and error of a cancelled future throw CancelledError"
    case timeoutUnharmed = "Future: past the timeout TimeoutError is thrown, and the future is unharmed"
    case zeroPolls = "Future: a timeout of zero polls"
    case callbackBefore = "Future: a callback added before completion runs once after it"
    case callbackAfter = "Future: a callback added after completion runs at once"
    case callbackOrder = "Future: callbacks run in the order added"
    case callbackMisbehaves = "Future: a callback that misbehaves does not stop the next, nor any task"
    case completeOnce = "Future: a future ends once; a second end is refused"
    case manyWaiters = "Future: many threads may wait on one future"

    case waitFirstCompleted = "wait: first completed returns the finished one, the rest pending"
    case waitAlreadyDone = "wait: what is done already returns at once"
    case waitFirstError = "wait: first error stops at an error, not at a success"
    case waitNoError = "wait: first error, with none failing, behaves as all"
    case waitAll = "wait: all completed"
    case waitTimeout = "wait: a timeout splits done from pending"
    case waitDuplicates = "wait: duplicates count once"
    case waitEmpty = "wait: an empty set returns at once"

    case completedOrder = "asCompleted: yields each once, in the order of completion"
    case completedMemory = "asCompleted: neither it nor wait keeps a future that has been handed out"
    case completedDuplicates = "asCompleted: duplicates count once"
    case completedTimeout = "asCompleted: a timeout of zero yields only the done ones, then throws TimeoutError"
    case completedEarlyStop = "asCompleted: an early stop leaks nothing"

    case defaults = "Creation: the defaults work"
    case badWorkerCount = "Creation: maxWorkers 0 and -1 throw"
    case oneWorker = "Creation: maxWorkers 1 gives workerCount 1, then 0 after shutdown"
    case environmentDefault = "Creation: the environment variable sets the default"
    case options = "Creation: every option has its effect in a worker, by each way of starting: see Options"

    case initializerFirst = "Initializer: runs once in each worker before any task"
    case initializerFails = "Initializer: a failing one breaks the executor, and its cause is told; workerCount is 0"
    case initializerThenGood = "Initializer: after a failing one, the next executor works, with a good one or with none"
    case initializerThreads = "Initializer: five threads with executors and initializers of their own all finish"
    case initializerDrop = "Initializer: dropping an executor after a failed boot-up does not hang"

    case bootup = "Boot-up: default, wait, no wait, no wait then wait"
    case bootupRepeated = "Boot-up: repeatable"
    case bootupAfterShutdown = "Boot-up: after shutdown it throws"
    case bootupDrop = "Boot-up: no-wait boot-up, then shutdown, then drop terminates"

    case closedThrows = "Shutdown: submit and map afterwards throw"
    case pendingFinish = "Shutdown: 50 pending tasks finish across it"
    case noWait = "Shutdown: without waiting it returns at once, and the work still finishes"
    case laterWait = "Shutdown: a later waiting call frees everything"
    case cancelFutures = "Shutdown: cancelFutures cancels the queued, not the running; wait over all of them returns"
    case shutdownRepeated = "Shutdown: repeated in any combination is fine"
    case withJoins = "Shutdown: leaving the body of 'with' joins"
    case dropJoins = "Shutdown: the work of a dropped executor is done, and nothing leaks"
    case exitWaits = "Shutdown: the process does not exit before pending futures are done"

    case result = "Submit: the result arrives"
    case typedErrors = "Submit: errors arrive typed"
    case threeExecutors = "Submit: three concurrent executors of 100 tasks each"
    case manyExecutors = "Submit: 16 executors with 2,048 interleaved tasks; each reports the pool's worker count"

    case mapSerial = "Map: equals the serial map over lists, ranges, iterators, several sequences and tuples"
    case mapError = "Map: an error surfaces at its position, after the earlier results"
    case mapTimeout = "Map: a timeout counts from the call, keeps earlier results and cancels the rest"
    case mapAdequate = "Map: an adequate timeout completes"
    case mapChunks = "Map: chunk sizes 6, 50 and 40 of 40 equal serial; 0 and -1 throw"
    case mapBuffers = "Map: buffer size x chunk size over {1, 2, 9, 10, 11} squared equal serial; 0 and -1 throw"
    case mapUnordered = "Map: unordered gives the same set; its timeout yields the finished"
    case mapUnorderedError = "Map: unordered: errors may come early"
    case mapDrop = "Map: dropping the results early cancels what has not run"
    case mapDropUnbegun = "Map: dropping results that nobody has begun to take cancels nothing"
    case mapRandom = "Map: random numbers of a stream for each call are the same with any workers and chunks"
    case mapOneFails = "Map: one failing element inside a chunk costs only itself"

    case roundTrips = "Serialisation: values of all kinds arrive as they were"
    case handWritten = "Serialisation: a hand-written Codable conformance runs for every value, in both directions"
    case bitwise = "Serialisation: values of a trivial BitwiseCodable type travel without their conformance"
    case argumentEncode =
        "Serialisation: an argument that fails to encode fails that future at once, and the pool lives"
    case resultEncode = "Serialisation: a result that fails to encode fails that future and says where"
    case argumentDecode = "Serialisation: an argument that fails to decode on the worker says where"
    case resultDecode = "Serialisation: a result that fails to decode on the master says where"

    case commWorld = "Comm executor: the default is the world"
    case commSelf = "Comm executor: the self communicator has threads for workers"
    case commRoots = "Comm executor: every root, and only the root gets an executor"
    case commBadRoot = "Comm executor: bad roots throw"
    case commInter = "Comm executor: an intercommunicator throws"
    case commTwice = "Comm executor: entering twice throws"
    case commInitializer = "Comm executor: initializer, with sequential reuse"
    case commFailing = "Comm executor: failing initializer"
    case commNoWait = "Comm executor: drop after it, and drop without waiting"
    case commWorkers = "Comm executor: the workers' communicator is there inside a task, and throws outside"
    case commLaunched =
        "Comm executor: under the launcher it has the shared workers; what all ranks would have to do throws"

    case chainPass = "Chaining: values and errors pass through map, flatMap and recover"
    case chainThrow = "Chaining: the hook's own throw fails the result"
    case chainFuture = "Chaining: a hook that returns a future chains"
    case chainRecover = "Chaining: an error hook that returns a value recovers"
    case chainCancelDerived = "Chaining: cancelling the derived cancels the base"
    case chainCancelBase = "Chaining: cancelling the base cancels the derived"
    case chainMany = "Chaining: many derived from one"
    case chainCycle = "Chaining: a cycle is an error"
    case collectEmpty = "Chaining: collect of nothing is done with []"
    case collectOrder = "Chaining: collect keeps the order"
    case collectFails = "Chaining: collect: one failure fails it and cancels the pending"
    case collectCancel = "Chaining: cancelling what collect gave cancels the items"

    case threadMultiple = "Thread levels: the suite passes with MPI_THREAD_MULTIPLE"
    case threadSerialized = "Thread levels: the suite passes with MPI_THREAD_SERIALIZED"
    case threadWarning = "Thread levels: below that a warning on stderr, once"

    case noRecursion = "Start-up and end: creating workers inside a worker is refused with an explanation"
    case noStart = "Start-up and end: workers that cannot be started are an error on every future within a time"
    case lostWorkers = "Start-up and end: workers that are lost are an error on every future, never a hang"
    case lostHosts = "Start-up and end: each call of a host that is lost ends once, and the others go on"
    case nothingLeft = "Start-up and end: no process, no shared memory and no temporary file is left"

    case timeLimit = "Limits: a call that takes longer than it may is ended, and costs no other call"
    case memoryLimit = "Limits: a call that needs more memory than it may have fails alone, as out of memory"
    case endRunning = "Limits: a running call can be cancelled, and costs no other call"
    case noLimit = "Limits: where calls cannot be ended, limits are refused and running calls go on"

    case retries = "Further tries: a call that fails is made again by its policy, and no other is"
    case statistics = "Further tries: the statistics count every call once, and the workers"

    case snapshots = "Snapshots: the statistics can be followed until the executor has ended"

    case recycling = "Recycling: a worker process makes as many calls as it may, and another one takes its place"

    case workerNumbers = "Where a call runs: each call knows its worker's number, among all workers and on its host"

    case asyncWaits = "Asynchronous code: everything that waits can be awaited, and keeps no thread"
    case sharedData = "Shared data: a value travels to each worker once, and is dropped with its last handle"
    case stress = "Stress: under random submitting, cancelling, waiting and dropping every future ends"

    package var section: String { parts.section }
    package var text: String { parts.text }

    private var parts: (section: String, text: String) {
        guard let colon = rawValue.firstRange(of: ": ") else {
            preconditionFailure("'\(rawValue)' has no section; write 'Section: what holds'")
        }
        return (String(rawValue[..<colon.lowerBound]), String(rawValue[colon.upperBound...]))
    }
}
