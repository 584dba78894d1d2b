import Support
import Testing

/// A package that uses an installed copy, in release mode: there the compiler sees the whole module, and removes what
/// nothing in it uses.
@Suite("A plugin made by a package in release mode")
struct ReleasePackageTests {
    @Test("A plugin made by a package in release mode has the callables that it does not use itself")
    func callables() async throws {
        let installation = try await Installation()
        let directory = try TemporaryDirectory()
        try directory.write(
            """
            // swift-tools-version: 6.1
            import PackageDescription

            let package = Package(
                name: "kept",
                products: [.library(name: "kept", type: .dynamic, targets: ["kept"])],
                targets: [
                    .target(
                        name: "kept",
                        path: ".",
                        sources: ["kept.swift"],
                        swiftSettings: [.unsafeFlags(["-I", "\(installation.prefix)/lib/mpifutures/swift"])],
                        linkerSettings: [.unsafeFlags(["-L", "\(installation.prefix)/lib"]), .linkedLibrary("MPIFutures")]
                    )
                ]
            )
            """,
            to: "Package.swift"
        )
        try directory.write(
            """
            import MPIFutures

            struct Kept: RemoteCallable {
                var x: Int
                func callAsFunction() -> Int { x + 1 }
            }
            """,
            to: "kept.swift"
        )
        try await installation.build("swift build -c release", in: directory.path)
        let list = try await installation.run("mpifutures --list .build/release/libkept.so", in: directory.path)
        #expect(list.stdout.text == "kept.Kept(x: Int) -> Int\n", "\(list)")
        let calls = "mpifutures --path .build/release -c 'kept.Kept(x: 1...3)'"
        let results = try await installation.run(calls, in: directory.path)
        #expect(results.stdout.text == "2\n3\n4\n", "\(results)")
    }
}
