import Linux
import Testing

@Suite("Processes that the system has killed for want of memory")
struct OutOfMemoryTests {
    private let mounts = """
        30 22 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        31 22 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

        """

    @Test("The number comes from the control group of the process, without inner groups, else from the system")
    func files() {
        let system = "/proc/vmstat"
        #expect(
            OutOfMemory.files(mounts: mounts, membership: "4:memory:/jobs/7\n0::/user\n")
                == ["/sys/fs/cgroup/memory/jobs/7/memory.oom_control", system]
        )
        #expect(
            OutOfMemory.files(mounts: mounts, membership: "0::/user\n")
                == ["/sys/fs/cgroup/unified/user/memory.events.local", system]
        )
        #expect(OutOfMemory.files(mounts: "", membership: "0::/user\n") == [system])
    }

    @Test("The number is read from the files of both versions and from that of the system")
    func number() {
        #expect(OutOfMemory.killCount(in: "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n") == 3)
        #expect(OutOfMemory.killCount(in: "low 0\noom 5\noom_kill 2\noom_group_kill 1\n") == 2)
        #expect(OutOfMemory.killCount(in: "pgfault 12\noom_kill 466\n") == 466)
        #expect(OutOfMemory.killCount(in: "oom_kill_disable 0\nunder_oom 0\n") == nil)
    }
}
