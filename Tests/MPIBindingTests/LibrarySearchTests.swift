import MPIBinding
import Testing

/// Which MPI library a process tries first, in file systems that the tests make up.
@Suite("The search for an MPI library")
struct LibrarySearchTests {
    private func candidates(_ search: LibrarySearch, files: Set<String> = []) -> [String] {
        search.candidates { files.contains($0) }
    }

    private let both: Set = ["/opt/a/lib/libmpi.so.12", "/opt/b/lib/libmpi.so.40"]

    @Test("The search for an MPI library takes the one beside the program that started the rank")
    func starter() {
        var search = LibrarySearch()
        search.mpiexec = "/opt/a/bin/mpiexec.hydra"
        search.starter = "/opt/b/bin/prterun"
        #expect(candidates(search, files: both).first == "/opt/b/lib/libmpi.so.40")
        search.starter = "/opt/a/bin/hydra_pmi_proxy"
        search.mpiexec = "/opt/b/bin/prterun"
        #expect(candidates(search, files: both).first == "/opt/a/lib/libmpi.so.12")
    }

    @Test("The search for an MPI library finds Debian's, whose directory has the machine's name in it")
    func debian() {
        var search = LibrarySearch()
        search.starter = "/usr/bin/hydra_pmi_proxy"
        #if arch(x86_64)
            let file = "/usr/lib/x86_64-linux-gnu/libmpich.so.12"
        #else
            let file = "/usr/lib/aarch64-linux-gnu/libmpich.so.12"
        #endif
        #expect(candidates(search, files: [file]).first == file)
    }

    @Test("The search for an MPI library goes by the process manager's variables where the starter cannot be seen")
    func variables() {
        var search = LibrarySearch()
        search.mpiexec = "/opt/a/bin/mpiexec.hydra"
        search.managerFamily = .openMPI
        #expect(candidates(search, files: both).first == "libmpi.so.40")
        search.managerFamily = .mpich
        #expect(candidates(search, files: both).first == "/opt/a/lib/libmpi.so.12")
    }

    @Test("The search for an MPI library prefers the one that the program is linked with, in the starter's family")
    func needed() {
        let files: Set = ["/opt/a/lib/libmpi.so.12", "/opt/a/lib/libmpi_abi.so.1"]
        var search = LibrarySearch()
        search.starter = "/opt/a/bin/hydra_pmi_proxy"
        #expect(candidates(search, files: files).first == "/opt/a/lib/libmpi.so.12")
        search.needed = ["libmpi_abi.so.1"]
        #expect(candidates(search, files: files).first == "/opt/a/lib/libmpi_abi.so.1")
        search.needed = ["libmpi.so.40"]
        #expect(candidates(search, files: files).first == "/opt/a/lib/libmpi.so.12")
    }

    @Test("The search for an MPI library goes by the program where nothing has started the process")
    func singleton() {
        var search = LibrarySearch()
        search.needed = ["libmpi.so.40"]
        #expect(candidates(search).first == "libmpi.so.40")
        search.needed = []
        #expect(candidates(search).first == "libmpi.so.12")
        search.mpiexec = "/opt/b/bin/prterun"
        #expect(candidates(search, files: both).first == "/opt/b/lib/libmpi.so.40")
    }

    @Test("The search for an MPI library obeys MPIFUTURES_MPI: a family, a directory, a file")
    func named() {
        var search = LibrarySearch()
        search.starter = "/opt/a/bin/hydra_pmi_proxy"
        search.named = "openmpi"
        #expect(candidates(search, files: both).first == "libmpi.so.40")
        search.named = "/opt/b"
        #expect(candidates(search, files: both) == ["/opt/b/lib/libmpi.so.40"])
        search.named = "/opt/c/libmine.so"
        #expect(candidates(search, files: both) == ["/opt/c/libmine.so"])
    }

    @Test("The search for an MPI library ends with the loader's own search, and names no library twice")
    func all() {
        let names = candidates(LibrarySearch())
        #expect(names == ["libmpi.so.12", "libmpich.so.12", "libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi.so.40"])
    }
}
