// swift-tools-version: 6.1
import PackageDescription

// A package of its own, as yours would be: a target of the package `mpifutures` itself would get a second copy of the
// runtime instead of the library that the launcher has loaded.

/// A plugin: one Swift module, built as the shared library `lib<name>.so`.
func plugin(_ name: String) -> Target {
    .target(
        name: name,
        dependencies: [.product(name: "MPIFutures", package: "mpifutures")],
        path: name
    )
}

let plugins = ["crash", "julia", "mandelbrot", "primes", "squares", "sweep"]

let package = Package(
    name: "examples",
    products: plugins.map { .library(name: $0, type: .dynamic, targets: [$0]) } + [
        .executable(name: "spmd", targets: ["spmd"])
    ],
    dependencies: [
        .package(name: "mpifutures", path: "..")
    ],
    targets: plugins.map(plugin) + [
        // A program of its own, which mpiexec starts without the launcher.
        .executableTarget(
            name: "spmd",
            dependencies: [.product(name: "MPIFutures", package: "mpifutures")],
            path: "spmd"
        )
    ],
    swiftLanguageModes: [.v6]
)
