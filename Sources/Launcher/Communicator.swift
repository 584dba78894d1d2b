internal import MPIBinding

/// In this module `Communicator` is the type of MPIBinding, not the public one.
typealias Communicator = MPIBinding.Communicator
