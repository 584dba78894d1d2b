import CMPI

/// The level of thread support of an MPI library.
package enum ThreadLevel: Int, Sendable, Comparable, CaseIterable {
    /// Only one thread exists.
    case single
    /// Only the thread that initialised MPI calls it.
    case funneled
    /// Any thread calls MPI, one at a time. This module serialises the calls.
    case serialized
    /// Any thread calls MPI at any time.
    case multiple

    package static func < (left: ThreadLevel, right: ThreadLevel) -> Bool { left.rawValue < right.rawValue }
}

extension ThreadLevel: CustomStringConvertible {
    /// The name of the constant in the MPI standard.
    package var description: String {
        switch self {
        case .single: "MPI_THREAD_SINGLE"
        case .funneled: "MPI_THREAD_FUNNELED"
        case .serialized: "MPI_THREAD_SERIALIZED"
        case .multiple: "MPI_THREAD_MULTIPLE"
        }
    }
}

extension ThreadLevel {
    /// The level's number in CMPI.
    var cValue: CInt {
        switch self {
        case .single: CInt(CMPI_THREAD_SINGLE)
        case .funneled: CInt(CMPI_THREAD_FUNNELED)
        case .serialized: CInt(CMPI_THREAD_SERIALIZED)
        case .multiple: CInt(CMPI_THREAD_MULTIPLE)
        }
    }

    init(cValue: CInt) {
        self = ThreadLevel.allCases.last { $0.cValue <= cValue } ?? .single
    }
}
