import Glibc
import Testing

@testable import PluginLoading

@Suite("The use of a symbol")
struct SymbolUseTests {
    private let library = "libswiftCore.so"

    @Test("shows in the images that depend on its library")
    func isSeen() {
        #expect(SymbolUse.isPossible(of: "swift_release", in: library))
    }

    @Test("does not show where nobody refers to it, though there it is")
    func isNotSeen() {
        #expect(dlsym("swift_enableDynamicReplacementScope") != nil)
        #expect(!SymbolUse.isPossible(of: "swift_enableDynamicReplacementScope", in: library))
        #expect(!SymbolUse.isPossible(of: "no_such_symbol", in: library))
    }

    @Test("cannot be ruled out if the library is no image of its own")
    func isUnknown() {
        #expect(SymbolUse.isPossible(of: "no_such_symbol", in: "libNowhere.so"))
    }

    private func dlsym(_ name: String) -> UnsafeMutableRawPointer? { Glibc.dlsym(nil, name) }
}
