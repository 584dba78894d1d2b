import PluginLoading
import Support
import Testing

/// Libraries for other machines, made from a real one by changing the bytes of its header that say so (`elf(5)`).
@Suite("The error of a library for another machine", .ownThread)
struct ForeignMachineTests {
    #if arch(x86_64)
        static let native = "x86-64"
        static let other: (number: UInt8, name: String) = (183, "AArch64")
    #else
        static let native = "AArch64"
        static let other: (number: UInt8, name: String) = (62, "x86-64")
    #endif

    @Test("The error of a library for another machine names the other supported machine")
    func theOtherSupportedMachineIsNamed() throws {
        try expectRefusal(named: Self.other.name) { $0[18] = Self.other.number }
    }

    @Test("The error of a library for another machine gives the number of a machine without a name")
    func aMachineWithoutANameHasItsNumber() throws {
        try expectRefusal(named: "another machine (ELF machine 513)") { ($0[18], $0[19]) = (1, 2) }
    }

    @Test("The error of a library for another machine tells a 32-bit machine from a 64-bit one")
    func theWidthOfTheMachineCounts() throws {
        try expectRefusal(named: "32-bit x86") { ($0[4], $0[18]) = (1, 3) }
    }

    @Test("The error of a library for another machine reads the machine in the byte order of the file")
    func theByteOrderCounts() throws {
        try expectRefusal(named: "IBM Z") { ($0[5], $0[18], $0[19]) = (2, 0, 22) }
    }

    private func expectRefusal(named machine: String, change: (inout [UInt8]) -> Void) throws {
        var bytes = try Fixtures.bytes(of: Fixtures.smallLibrary.get())
        change(&bytes)
        expectError(
            try Fixtures.file("foreign-\(machine.filter(\.isLetter)).so", bytes),
            .wrongArchitecture,
            "it is built for \(machine), and this machine is \(Self.native); build it here, or for this machine"
        )
    }
}
