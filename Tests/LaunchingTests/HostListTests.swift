import Launching
import Testing

@Suite("Hosts")
struct HostListTests {
    @Test("Hosts are read from a list")
    func list() {
        #expect(text(HostList(list: "a, b:3,10.0.0.1:2")) == "a:1 b:3 10.0.0.1:2")
        #expect(text(HostList(list: "a,b:3", slotsEach: 4)) == "a:4 b:3")
        #expect(text(HostList(list: "fe80::1")) == "fe80::1:1")
        #expect(text(HostList(list: "a:0,b:x")) == "a:0:1 b:x:1")
        #expect(HostList(list: "").hosts.isEmpty)
    }

    @Test("Hosts are read from a file")
    func file() {
        let file = "# hosts\nnode1:8\n\n  node2 binding=user:0,1 # slow\r\nnode3:2\n"
        #expect(text(HostList(file: file)) == "node1:8 node2:1 node3:2")
    }

    @Test("Hosts get their slots in turn, and begin anew")
    func distributing() {
        let hosts = HostList(list: "a:2,b,c:3")
        #expect(hosts.distributing(1).map(\.name) == ["a"])
        #expect(hosts.distributing(4).map(\.slots) == [2, 1, 1])
        #expect(hosts.distributing(13).map(\.slots) == [5, 2, 6])
        #expect(HostList(list: "").distributing(3).isEmpty)
    }

    private func text(_ list: HostList) -> String { list.hosts.map { "\($0.name):\($0.slots)" }.joined(separator: " ") }
}
