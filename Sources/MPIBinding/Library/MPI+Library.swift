internal import CMPI
internal import Glibc
internal import Synchronization

extension MPI {
    private struct Library {
        var isOpen = false
        var needed: [String] = []
    }

    private static let library = Mutex(Library())

    /// Notes the file names of the MPI libraries that the user's program is linked with. Among the libraries of the
    /// process manager's family, `openLibrary` prefers these. Call it before MPI starts.
    package static func preferLibraries(_ names: [String]) {
        library.withLock { $0.needed = names }
    }

    /// Loads the MPI library, unless the process has loaded one already. Further calls do nothing.
    ///
    /// - Throws: `MPILibraryError`.
    package static func openLibrary() throws(MPILibraryError) {
        try library.withLock { library throws(MPILibraryError) in
            if library.isOpen { return }
            if try !adoptLoaded() { try open(LibrarySearch.ofProcess(needed: library.needed)) }
            library.isOpen = true
        }
    }

    /// Whether a library is in use. If the process has loaded one, it is taken into use now.
    static var hasLibrary: Bool {
        library.withLock { library in
            if !library.isOpen { library.isOpen = (try? adoptLoaded()) ?? false }
            return library.isOpen
        }
    }

    /// The file of the MPI library in use; nil if there is none.
    package static var libraryFile: String? {
        library.withLock { $0.isOpen ? cmpi_library_file().map { String(cString: $0) } : nil }
    }

    /// The file of another MPI library that the process has loaded beside the one in use; nil if there is none.
    package static var otherLibraryFile: String? {
        library.withLock { library in
            guard library.isOpen else { return nil }
            let (text, isFound) = libraryText { cmpi_find_other($0) != 0 ? 0 : -1 }
            return isFound ? text : nil
        }
    }

    private static func adoptLoaded() throws(MPILibraryError) -> Bool {
        let (text, isAdopted) = libraryText { cmpi_adopt($0) }
        if isAdopted { return true }
        guard let text, !text.isEmpty else { return false }
        throw MPILibraryError(adopting: text)
    }

    private static func open(_ search: LibrarySearch) throws(MPILibraryError) {
        var refusals: [(name: String, reason: String)] = []
        for name in search.candidates(exists: { access($0, F_OK) == 0 }) {
            let (reason, isOpen) = libraryText { cmpi_open(name, $0) }
            if isOpen { return }
            refusals.append((name, reason ?? "unknown reason"))
        }
        throw MPILibraryError(search, refusals)
    }

    /// Returns the text that a call writes, and whether the call has succeeded.
    private static func libraryText(
        _ body: (UnsafeMutablePointer<CChar>) -> CInt
    ) -> (text: String?, isSuccess: Bool) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CMPI_TEXT_CAPACITY)) { buffer in
            buffer.initialize(repeating: 0)
            guard let start = buffer.baseAddress else { return (nil, false) }
            let isSuccess = body(start) == 0
            return (String(cString: start), isSuccess)
        }
    }
}
