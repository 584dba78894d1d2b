import Support
import Testing

@Suite("Shared values on other hosts")
struct HostShareTests {
    @Test(
        "All workers of another host have a shared value in one file",
        .enabled("processes can be hidden from each other") { try await Hosts.canHideMaster }
    )
    func oneFile() async throws {
        let result = try await Hosts.launchTogether(3, [try await Plugins.hosts, "share"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines == ["3 workers have the value in 1 files"], "\(result)")
    }

    @Test(
        "Workers that cannot open each other's files have a shared value of their own",
        .enabled("processes can be hidden from each other") { try await Hosts.canHideMaster }
    )
    func ownFiles() async throws {
        let result = try await Hosts.launchHidden(2, [try await Plugins.hosts, "share"])
        #expect(result.status == .exited(0), "\(result)")
        #expect(result.stdout.lines == ["2 workers have the value in 2 files"], "\(result)")
    }
}
