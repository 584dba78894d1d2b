/// The descriptors with which a runner is started, after its standard streams.
package enum RunnerDescriptors {
    /// The memory that the runner shares with its master.
    package static let memory: CInt = 3
    /// The memory of the master's doorbell.
    package static let bell: CInt = 4
    package static let count: CInt = 5
}
