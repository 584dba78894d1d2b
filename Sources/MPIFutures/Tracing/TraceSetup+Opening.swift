internal import CMPIFutures
internal import Pool
internal import Processes
internal import Tracing

extension TraceSetup {
    /// Opens the trace of an executor. Returns nil if its calls are not traced.
    ///
    /// - Parameter path: The executor's trace; nil for that of the launcher or of the environment.
    /// - Throws: `ExecutorError` if the file cannot be written.
    static func open(_ path: String?) throws -> TraceSetup? {
        guard let path = try path ?? Runtime.shared.defaultTrace else { return nil }
        do throws(TraceError) {
            let trace = try Runtime.shared.trace(path, version: MPIFUTURES_VERSION)
            return TraceSetup(trace) { SwiftLanguage().name(of: $0) }
        } catch {
            throw ExecutorError(.invalidArgument, error.description)
        }
    }
}
