import Foundation
import Support
import Testing

@Suite("A full /dev/shm")
struct SharedMemoryTests {
    /// Whether whoever runs the tests may mount file systems that others do not see.
    private static let mayMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "unshare -m mount -t tmpfs none /dev/shm 2>/dev/null"]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Test(
        "A full /dev/shm costs the doorbells, and no job",
        .enabled(if: mayMount, "unshare -m and mount are not allowed here")
    )
    func full() async throws {
        let library = "\(try TemporaryDirectory.shared.get().path)/libfullmemory.so"
        try await buildCPlugin(["\(PackageFiles.root)/Tests/Fixtures/c/fullmemory.c"], to: library)
        // Of its own, and small, as the plugin fills it.
        let small = #"mount -t tmpfs -o size=1m none /dev/shm && exec "$@""#
        let launcher = try BuildProducts.path(of: "mpifutures")
        let result = try await launch(
            .alone,
            ["-m", "sh", "-c", small, "sh", "mpiexec", "-n", "3", launcher, library],
            program: "unshare",
            // UCX does without shared memory then. MPICH needs a little of it to start, and has it by now.
            environment: ["UCX_TLS": "tcp,self"]
        )
        expect(result, status: 0, stdout: "7\n")
    }
}
