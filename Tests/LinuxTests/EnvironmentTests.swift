import Glibc
import Testing

@testable import Linux

@Suite("An environment")
struct EnvironmentTests {
    private func entries(_ environment: Environment) -> [String] {
        environment.entries.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("An environment has one value for a name, and keeps names that begin like it")
    func setting() {
        var environment = Environment(entries: ["A=1", "AB=3", "B=x=y", "A=4", "C="])
        environment["A"] = "2=5"
        #expect(entries(environment) == ["AB=3", "B=x=y", "C=", "A=2=5"])
        environment["B"] = nil
        for name in ["", "AC", "="] { environment[name] = nil }
        #expect(entries(environment) == ["AB=3", "C=", "A=2=5"])
        #expect(environment["A"] == "2=5")
        #expect(environment["C"] == "")
        #expect(environment["B"] == nil)
    }

    @Test("An environment loses all variables that make a process a rank or a worker, and keeps the user's settings")
    func ranks() {
        let ranks = [
            "PMI_FD=6", "PMI_RANK=1", "PMIX_RANK=0", "OMPI_COMM_WORLD_RANK=0", "HYDI_CONTROL_FD=7",
            "HYDRA_CONTROL_FD=7", "HYDRA_PROXY_ID=0", "MPI_LOCALRANKID=0", "MPI_LOCALNRANKS=2", "SLURM_PROCID=1",
            "SLURM_LOCALID=1", "SLURM_STEP_NUM_TASKS=3", "MPIFUTURES_WORKER=spawn",
        ]
        let others = [
            "PATH=/bin", "HYDRA_IFACE=e0", "HYDRA_HOST_FILE=hosts", "MPI_LOCALRANKIDS=0", "SLURM_JOB_ID=7",
            "SLURM_TASKS_PER_NODE=3", "MPIFUTURES_MAX_WORKERS=3", "UCX_TLS=tcp", "MY_PMI_FD=1",
        ]
        #expect(entries(Environment(entries: ranks + others).withoutRankVariables()) == others)
    }

    @Test("An environment of one of Open MPI's ranks loses what Open MPI has set, and keeps the site's settings")
    func openMPIRank() {
        let settings = ["OMPI_MCA_btl=tcp,self", "OMPI_MCA_hwloc_base_binding_policy=none", "OMPI_ALLOW_RUN_AS_ROOT=1"]
        // Versions 4 and 5 set these.
        let ranks = [
            "OMPI_COMM_WORLD_RANK=0", "OMPI_ARGV=", "OMPI_UNIVERSE_SIZE=2", "OMPI_MCA_ess=^singleton",
            "OMPI_MCA_orte_hnp_uri=1.0;tcp://h:1", "OMPI_MCA_initial_wdir=/w", "OMPI_MCA_mpi_oversubscribe=0",
            "OMPI_MCA_pmix=^s1", "OMPI_MCA_num_procs=1", "OMPI_MCA_PREFIXES=mca,opal", "PRTE_LAUNCHED=1",
        ]
        #expect(entries(Environment(entries: ranks + settings).withoutRankVariables()) == settings)
        #expect(entries(Environment(entries: settings).withoutRankVariables()) == settings)
    }

    @Test("An environment reaches a child with bytes that are not UTF-8")
    func bytes() throws {
        let name = "MPIFUTURES_TEST_BYTES"
        let value: [CChar] = [97, -1, -128, 98, 0]
        setenv(name, value, 1)
        defer { unsetenv(name) }
        let entry = Array("\(name)=a".utf8) + [0xff, 0x80, UInt8(ascii: "b")]
        #expect(Environment.current.entries.contains(entry))
        let vector = CStringVector(Environment.current)
        let copies = vector.pointers.compactMap { $0 }.map { copy in
            Array(UnsafeRawBufferPointer(start: copy, count: strlen(copy)))
        }
        #expect(copies.contains(entry))
        #expect(vector.pointers.count == Environment.current.entries.count + 1)
        #expect(vector.pointers.last == .some(nil))
    }

    @Test("An environment of this process tells an unset variable from an empty one, and a number from a text")
    func reading() {
        let name = "MPIFUTURES_TEST_READING"
        func read(_ value: String?) -> (String?, String?, Int?, [String], Bool) {
            if let value { setenv(name, value, 1) } else { unsetenv(name) }
            defer { unsetenv(name) }
            return (
                Environment[name], Environment.nonEmpty(name), Environment.integer(name), Environment.list(name),
                Environment.isSet(name)
            )
        }
        #expect(read(nil) == (nil, nil, nil, [], false))
        #expect(read("") == ("", nil, nil, [], true))
        #expect(read("-12") == ("-12", "-12", -12, ["-12"], true))
        #expect(read(":/a::/b:") == (":/a::/b:", ":/a::/b:", nil, ["/a", "/b"], true))
    }
}
