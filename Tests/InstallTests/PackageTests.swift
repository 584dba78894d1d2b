import Foundation
import Support
import Testing

/// Packages for other systems than `make install`.
@Suite("Packages of the installation", .serialized)
struct PackageTests {
    private static let hasDpkg = FileManager.default.fileExists(atPath: "/usr/bin/dpkg-deb")

    @Test(
        "The Debian package has what 'make install' installs, and names the packages that it needs",
        .enabled(if: hasDpkg, "dpkg-deb is not installed")
    )
    func debian() async throws {
        let directory = try TemporaryDirectory()
        let installation = try await Installation()
        try await installation.make("deb", "DIST=\(directory.path)/dist")
        let packages = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/dist")
        let name = try #require(packages.first)
        #expect(packages.count == 1 && name.hasPrefix("mpifutures_0.2.0_") && name.hasSuffix(".deb"), "\(packages)")
        let package = "\(directory.path)/dist/\(name)"

        let fields = try await runProcess("dpkg-deb", ["--field", package])
        #expect(fields.status == .exited(0), "\(fields)")
        let depends = try #require(fields.stdout.lines.first { $0.hasPrefix("Depends: ") })
        #expect(depends.contains("libc6 (>= ") && depends.contains("libstdc++6 (>= "), "\(depends)")
        #expect(!depends.contains("swift"), "\(depends)")
        #expect(fields.stdout.lines.contains("Package: mpifutures") && fields.stdout.lines.contains("Version: 0.2.0"))

        let root = "\(directory.path)/root"
        let unpacking = try await runProcess("dpkg-deb", ["--extract", package, root])
        #expect(unpacking.status == .exited(0), "\(unpacking)")
        let copyright = "usr/share/doc/mpifutures/copyright"
        #expect(
            try Installation.files(below: root)
                == (InstalledFilesTests.all.map { "usr/\($0)" } + [copyright]).sorted()
        )
        let owners = try await runProcess("dpkg-deb", ["--contents", package])
        #expect(owners.stdout.lines.allSatisfy { $0.contains(" root/root ") }, "\(owners)")
        let sums = try await runProcess("dpkg-deb", ["--control", package, "\(directory.path)/control"])
        #expect(sums.status == .exited(0), "\(sums)")
        let check = try await runProcess("md5sum", ["--quiet", "-c", "../control/md5sums"], workingDirectory: root)
        #expect(check.status == .exited(0), "\(check)")
    }

    @Test(
        "The Debian package passes the self-test on a node without a Swift toolchain",
        .enabled("directories can be hidden from processes") {
            guard hasDpkg else { return false }
            return try await BareNode.isPossible
        }
    )
    func debianOnBareNode() async throws {
        let node = try await BareNode()
        let installation = try await Installation()
        try await installation.make("deb", "DIST=\(node.directory.path)/dist")
        try await node.build("dpkg-deb --extract dist/*.deb root")
        for line in ["root/usr/bin/mpifutures --self-test", "mpiexec -n 3 root/usr/bin/mpifutures --self-test"] {
            let result = try await node.run(line)
            #expect(result.status == .exited(0), "\(line): \(result)")
            let path = "\(node.directory.path)/root/usr/lib/mpifutures/runtime/libswiftCore.so"
            #expect(result.stdout.lines.contains("ok      runtime: \(path)"), "\(line): \(result)")
        }
    }

    @Test("The recipe for Spack is a module of Python for the version that the header has")
    func spack() async throws {
        let recipe = try PackageFiles.text(of: "packaging/spack/packages/mpifutures/package.py")
        let header = try PackageFiles.text(of: "Sources/CMPIFutures/include/mpifutures.h")
        let version = try #require(header.firstMatch(of: /MPIFUTURES_VERSION "(.*)"/)?.1)
        #expect(recipe.contains("version(\"\(version)\""))
        let script = "import ast, sys; ast.parse(sys.stdin.read())"
        let check = try await runProcess("python3", ["-c", script], input: Array(recipe.utf8))
        #expect(check.status == .exited(0), "\(check)")
    }
}
