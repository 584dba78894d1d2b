package import MPIFutures

/// What a behaviour finds: executors on the transport under test, and a directory of its own.
package struct Context: Sendable {
    /// What an executor is made with.
    package struct Setup: Sendable {
        package var maxWorkers: Int?
        package var initializer: (any RemoteCall)?
        package var options = ExecutorOptions()
    }

    /// How a transport makes executors.
    package struct Source: Sendable {
        package let abilities: Behaviour.Needs
        /// How many workers executors share; nil if each has its own.
        package let sharedWorkers: Int?
        /// What a program makes executors of; nil where they have a scope.
        let program: (any ProgramExecutor.Type)?
        let within: @Sendable (Setup, (any PoolExecutor) throws -> Void) throws -> Void
        let withinAsync: @Sendable (Setup, @Sendable (any PoolExecutor) async throws -> Void) async throws -> Void
    }

    let source: Source
    let scratch: Scratch

    /// Workers that an executor has which asked for so many.
    func workerCount(_ asked: Int) -> Int { source.sharedWorkers ?? asked }

    /// The type of executors that the behaviour makes and ends itself.
    var program: any ProgramExecutor.Type {
        get throws {
            guard let program = source.program else {
                throw Failure("the transport has no free executors", #fileID, #line)
            }
            return program
        }
    }

    /// An executor that the behaviour ends itself.
    func executor(
        workers: Int? = 2,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init()
    ) throws -> any PoolExecutor {
        try program.init(maxWorkers: workers, initializer: initializer, options: options)
    }

    /// An executor for the time of `body`.
    func with(
        workers: Int? = 2,
        initializer: (any RemoteCall)? = nil,
        options: ExecutorOptions = .init(),
        _ body: (any PoolExecutor) throws -> Void
    ) throws {
        try source.within(Setup(maxWorkers: workers, initializer: initializer, options: options), body)
    }

    func withAsync(
        workers: Int? = 2,
        initializer: (any RemoteCall)? = nil,
        _ body: @Sendable (any PoolExecutor) async throws -> Void
    ) async throws {
        try await source.withinAsync(Setup(maxWorkers: workers, initializer: initializer), body)
    }

    /// An executor whose workers are all busy until the gate opens, so that what is submitted stays pending.
    func blocked(workers: Int? = 2, _ body: (any PoolExecutor, Gate) throws -> Void) throws {
        try with(workers: workers) { executor in
            let gate = try block(executor)
            // Whatever happens, the workers are let go.
            defer { gate.open() }
            try body(executor, gate)
        }
    }

    /// Keeps all workers of an executor busy; returns when they are.
    func block(_ executor: any PoolExecutor, _ name: String = "block") throws -> Gate {
        let (gate, journal) = (scratch.gate(name), scratch.journal("\(name)-journal"))
        let count = executor.workerCount
        for _ in 0..<count { _ = try executor.submit(Hold(gate: gate, journal: journal)) }
        try eventually("\(count) workers are busy") { journal.lines.count == count }
        return gate
    }
}

extension Context.Source {
    /// Executors that a program makes as it likes.
    init(
        abilities: Behaviour.Needs,
        sharedWorkers: Int? = nil,
        of program: any ProgramExecutor.Type
    ) {
        self.abilities = abilities.union(.freeExecutors)
        self.sharedWorkers = sharedWorkers
        self.program = program
        let make: @Sendable (Context.Setup) throws -> any PoolExecutor = { setup in
            try program.init(
                maxWorkers: setup.maxWorkers,
                initializer: setup.initializer,
                options: setup.options
            )
        }
        within = { setup, body in
            let executor = try make(setup)
            do {
                try body(executor)
                executor.shutdown()
            } catch {
                executor.shutdown(cancelFutures: true)
                throw error
            }
        }
        withinAsync = { setup, body in
            let executor = try make(setup)
            do {
                try await body(executor)
                await executor.finish()
            } catch {
                await executor.finish(cancelFutures: true)
                throw error
            }
        }
    }

    /// `ThreadPoolExecutor`.
    package static let threads = Context.Source(abilities: .ownWorkers, of: ThreadPoolExecutor.self)

    /// `MPIPoolExecutor`.
    ///
    /// - Parameters:
    ///   - sharedWorkers: Those of the launcher; nil in a program that has none.
    ///   - areIsolated: Whether the launcher's workers are isolated.
    ///   - areProcesses: Whether workers of an executor's own are processes; else they are threads.
    package static func pool(
        sharedWorkers: Int?,
        areIsolated: Bool = false,
        areProcesses: Bool = false
    ) -> Context.Source {
        var abilities: Behaviour.Needs =
            if sharedWorkers == nil {
                [.ownWorkers, .isolation]
            } else {
                [.sharedWorkers, .processes, areIsolated ? .isolation : .ranks]
            }
        if areProcesses { abilities.insert(.processes) }
        return Context.Source(abilities: abilities, sharedWorkers: sharedWorkers, of: MPIPoolExecutor.self)
    }
}

extension ProgramExecutor {
    /// `with`, for a type that is known at run time only.
    static func scope<Result>(_ body: (any PoolExecutor) throws -> Result) throws -> Result {
        try with(maxWorkers: 2) { try body($0) }
    }

    /// The same for asynchronous code.
    static func asyncScope<Result: Sendable>(
        _ body: @Sendable (any PoolExecutor) async throws -> Result
    ) async throws -> Result {
        try await with(maxWorkers: 2) { try await body($0) }
    }
}
