import Linux
import Testing

@Suite("How many processes this one can start")
struct ProcessLimitsTests {
    private let need = ProcessLimits.Need(files: 2, threads: 2, memory: 2_000_000)

    @Test("As many processes are refused as no limit allows, and the reason names the limit and the most")
    func refusal() throws {
        let files = 2 * 500 + ProcessLimits.otherFiles
        let limits = ProcessLimits(files: files, threads: (count: 2000, name: "ulimit -u"), memory: 1_600_000_000)
        #expect(limits.refusal(of: 500, need) == nil)
        let ofFiles = try #require(limits.refusal(of: 501, need))
        #expect(ofFiles.most == 500)
        #expect(ofFiles.reason.contains("open files") && ofFiles.reason.contains("ulimit -n"))
        let ofThreads = try #require(
            ProcessLimits(files: 1 << 20, threads: (count: 2000, name: "ulimit -u"))
                .refusal(of: 1001, need)
        )
        #expect(ofThreads.most == 1000)
        #expect(ofThreads.reason == "are 2002 threads, and 2000 more may run (ulimit -u)")
        let ofMemory = try #require(limits.refusal(of: .max, need))
        #expect(ofMemory.most == 800)
        #expect(ofMemory.reason == "need 8589934 GB of memory, and 1.6 GB are available")
    }

    @Test("A few processes can run here")
    func here() {
        #expect(ProcessLimits.own(for: 2, need).refusal(of: 2, need) == nil)
    }
}
