import Testing

@testable import Processes

@Suite("Where ranks are")
struct RankPlacesTests {
    private func report(_ host: String, core: Int?, of count: Int = 8, machine: String = "m") -> RankPlaces.Report {
        RankPlaces.Report(host: host, machine: machine, onlyCore: core, coreCount: count)
    }

    private func warning(_ reports: [RankPlaces.Report]) -> String? {
        RankPlaces.warning(reports, hasIntelBound: false)
    }

    @Test("Ranks that have cores of their own, or several, or the only one that there is, are not warned of")
    func silent() {
        #expect(warning([]) == nil)
        #expect(warning([report("a", core: 1), report("a", core: 2), report("b", core: 1)]) == nil)
        #expect(warning([report("a", core: nil), report("a", core: nil), report("a", core: 1)]) == nil)
        #expect(warning([report("a", core: 0, of: 1), report("a", core: 0, of: 1)]) == nil)
        let twins = [report("a", core: 1), report("a", core: 1, machine: "another of that name")]
        #expect(warning(twins) == nil)
    }

    @Test("Ranks that share a single core are warned of, by the fullest core")
    func shared() throws {
        let one = [report("a", core: 3), report("b", core: 3), report("a", core: 3)]
        #expect(try #require(warning(one)).hasPrefix("2 ranks on a may use core 3 only; start mpiexec with"))
        let bound = try #require(RankPlaces.warning(one, hasIntelBound: true))
        #expect(bound.hasPrefix("2 ranks on a may use core 3 only; set I_MPI_PIN=off, or srun with"), "\(bound)")
        let many = one + [report("b", core: 3), report("b", core: 3), report("c", core: 0), report("c", core: 0)]
        let text = try #require(warning(many))
        let beginning = "3 ranks on b may use core 3 only, and it is so on 2 other hosts; start"
        #expect(text.hasPrefix(beginning), "\(text)")
    }

    @Test("The report of where a rank is comes back in whole, and a long name of a host is cut")
    func coding() {
        let machine = String(repeating: "x", count: 64)
        let long = report(String(repeating: "h", count: 250), core: 0, of: 1 << 20, machine: machine)
        for report in [report("a", core: nil), report("b", core: 1023, of: 2048), long] {
            let bytes = report.fixedSize
            #expect(bytes.count == 256)
            let read = RankPlaces.Report(fixedSize: bytes[...])
            #expect(read.host == String(report.host.prefix(160)) && read.machine == report.machine)
            #expect(read.onlyCore == report.onlyCore && read.coreCount == report.coreCount)
        }
    }
}
