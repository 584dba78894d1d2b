internal import MPIBinding

/// In this module a communicator is the binding's, not the one that programs see.
typealias Communicator = MPIBinding.Communicator
