import Foundation
import Support
import Testing

@Suite("Memory limits of calls")
struct MemoryLimitTests {
    init() { MemoryGroupFiles.look() }

    @Test(
        "A call beyond its memory limit fails with the limit, whatever enforces it",
        arguments: [Start.alone, .ranks(2)],
        ["auto", "off"]
    )
    func limit(start: Start, groups: String) async throws {
        let result = try await launch(
            start,
            ["--memory-limit", "300M", "--isolate", "on", try await Plugins.endings, "memory"],
            environment: ["MPIFUTURES_MEMORY_GROUPS": groups]
        )
        let lines = result.stdout.lines
        #expect(lines.count == 2, "\(result)")
        // The system's limit of data counts what is mapped, a control group what is used.
        switch groups == "off" ? false : MemoryGroupFiles.areAvailable {
        case true?: #expect(lines.first == "map done", "\(result)")
        case false?: #expect(lines.first == "map refused", "\(result)")
        case nil: break
        }
        if lines.first == "map done" {
            #expect(lines.last?.hasPrefix("use ran out of memory (its limit is 300M)") == true, "\(result)")
        } else {
            #expect(lines.last == "use refused", "\(result)")
        }
        try await expectNoGroups()
    }

    @Test("No control group is left when the master of limited calls is killed")
    func killedMaster() async throws {
        // Each worker makes a call that does not end.
        let result = try await launch(
            .alone,
            ["--workers", "2", "--memory-limit", "300M", "--isolate", "on", try await Plugins.endings, "busy"]
        ) { program in
            try await program.waitForOutput(containing: "process ")
            let deadline = Deadline.after(hangTime)
            while MemoryGroupFiles.areAvailable == true, !deadline.isPast,
                !program.descendants.contains(where: { MemoryGroupFiles.hasGroup($0.id) })
            {
                try await Task.sleep(for: .milliseconds(5))
            }
            program.send(signal: SIGKILL)
        }
        #expect(result.status == .signaled(Int(SIGKILL)), "\(result)")
        try await expectNoGroups()
    }

    @Test("A setting of control groups that has no meaning is refused with those that have")
    func setting() async throws {
        let result = try await launch(
            .alone,
            ["-c", #"sh("true")"#],
            environment: ["MPIFUTURES_MEMORY_GROUPS": "on"]
        )
        #expect(result.status == .exited(2), "\(result)")
        #expect(
            result.stderr.text.contains("MPIFUTURES_MEMORY_GROUPS is 'on', but must be auto or off"),
            "\(result)"
        )
    }

    /// Processes of other tests have groups in the same directory, while they live.
    private func expectNoGroups() async throws {
        let deadline = Deadline.after(hangTime)
        while !MemoryGroupFiles.left.isEmpty, !deadline.isPast { try await Task.sleep(for: .milliseconds(20)) }
        #expect(MemoryGroupFiles.left == [])
    }
}
