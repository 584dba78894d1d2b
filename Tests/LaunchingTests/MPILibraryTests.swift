import Launching
import Testing

@Suite("An MPI library")
struct MPILibraryTests {
    @Test(
        "An MPI library is known to spawn or not, by its version and device",
        arguments: [
            ("MPICH Version:      4.0.2\nMPICH Device:      ch4:ucx\n", false),
            ("MPICH Version:      4.2.3\nMPICH Device:      ch4:ucx\n", false),
            ("MPICH Version:      4.3.0\nMPICH ABI:  17:0:5\nMPICH Device:      ch4:ucx\n", true),
            ("MPICH Version:      5.0.2\nMPICH Device:      ch4:ucx ofi\n", true),
            ("MPICH Version:\t4.0.2\nMPICH Device:\tch4:ofi\n", true),
            ("MPICH Version:      3.4.3\nMPICH Device:      ch3:nemesis\n", true),
            ("MPICH Version:      10.0a1\nMPICH Device:      ch4:ucx\n", true),
            ("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4", false),
            ("", false),
        ]
    )
    func canSpawn(text: String, expected: Bool) {
        #expect(MPILibrary(version: text).canSpawn == expected)
    }

    @Test(
        "An MPI library is known by its name, its version and its family",
        arguments: [
            ("MPICH Version:      4.0.2\nMPICH Device:      ch4:ucx\n", "MPICH 4.0.2", MPILibrary.Family.mpich),
            ("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4", "Open MPI 4.1.4", .openMPI),
            ("Intel(R) MPI Library 2021.19 for Linux* OS\n", "Intel(R) MPI Library 2021.19 for Linux* OS", .mpich),
            ("MPI VERSION    : CRAY MPICH version 8.1.28\n", "MPI VERSION : CRAY MPICH version 8.1.28", .mpich),
            ("MVAPICH Version:\t4.0\n", "MVAPICH Version:\t4.0", .mpich),
            ("Other MPI v2", "Other MPI 2", .other),
            ("", "an unknown MPI library", .other),
        ]
    )
    func name(text: String, name: String, family: MPILibrary.Family) {
        let library = MPILibrary(version: text)
        #expect(library.name == name)
        #expect(library.family == family)
    }
}
