// swift-tools-version: 6.1
import PackageDescription

/// Where `make install` puts the Swift runtime, beside the library. SwiftPM refuses unsafe flags in the packages that it
/// checks out for others; nothing is installed from those.
let runtimePlace: [LinkerSetting] =
    Context.packageDirectory.contains("/checkouts/")
    ? [] : [.unsafeFlags(["-Xlinker", "-rpath=$ORIGIN/mpifutures/runtime"])]

let strictness: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module of the runtime.
///
/// The list below is in the order of the architecture: a module depends only on modules that
/// stand before it.
func module(
    _ name: String,
    _ dependencies: Target.Dependency...,
    linkerSettings: [LinkerSetting] = []
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strictness, linkerSettings: linkerSettings)
}

func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["Support"], swiftSettings: strictness)
}

let package = Package(
    name: "mpifutures",
    products: [
        .library(name: "MPIFutures", type: .dynamic, targets: ["MPIFutures", "Launcher"]),
        .executable(name: "mpifutures", targets: ["LauncherStub"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(name: "CMPI"),
        .target(name: "CLinux"),
        module("Linux", "CLinux"),
        module("MPIBinding", "CLinux", "CMPI", "Linux"),
        module("Identities"),
        module("CBOR"),
        module("Specs"),
        .target(name: "CSupervisor"),
        module("Waiting", "CLinux"),
        module("Plans", "CBOR", "Waiting"),
        module("Wire", "CBOR", "Identities"),
        module("Journals", "CLinux", "Linux", "Waiting", "Wire"),
        module("Tracing", "CBOR", "Journals", "Linux", "Waiting", "Wire"),
        .target(
            name: "Reports",
            dependencies: ["Tracing"],
            // The page is a part of the library: an installed copy has no other files to look for.
            resources: [.embedInCode("Page/report.html")],
            swiftSettings: strictness
        ),
        module("Scheduling", "Identities", .product(name: "DequeModule", package: "swift-collections")),
        module(
            "Transport",
            "CBOR",
            "CLinux",
            "Identities",
            "Linux",
            "MPIBinding",
            "Waiting",
            "Wire",
            .product(name: "DequeModule", package: "swift-collections")
        ),
        module("Launching", "CLinux", "Identities", "Linux", "MPIBinding", "Transport", "Waiting", "Wire"),
        module("PluginLoading", "Linux", "Waiting"),
        .target(name: "CPluginForms"),
        module("PluginForms", "CLinux", "CPluginForms", "Linux", "PluginLoading"),
        module(
            "Pool",
            "CBOR",
            "CLinux",
            "Identities",
            "Journals",
            "Linux",
            "Scheduling",
            "Tracing",
            "Transport",
            "Waiting",
            "Wire",
            .product(name: "DequeModule", package: "swift-collections")
        ),
        module(
            "Worker",
            "CBOR",
            "CLinux",
            "Identities",
            "Linux",
            "Transport",
            "Waiting",
            "Wire",
            .product(name: "DequeModule", package: "swift-collections")
        ),
        .target(name: "CMPIFutures", exclude: ["fortran"]),
        module("CTasks", "CBOR", "CMPIFutures", "PluginLoading", "Waiting", "Wire", "Worker"),
        module(
            "Processes",
            "CBOR",
            "CLinux",
            "Identities",
            "Journals",
            "Launching",
            "Linux",
            "MPIBinding",
            "PluginLoading",
            "Pool",
            "Scheduling",
            "Tracing",
            "Transport",
            "Waiting",
            "Wire",
            "Worker",
            .product(name: "DequeModule", package: "swift-collections")
        ),
        module(
            "MPIFutures",
            "CBOR",
            "CLinux",
            "CMPIFutures",
            "CTasks",
            "Identities",
            "Journals",
            "Launching",
            "Linux",
            "MPIBinding",
            "Plans",
            "PluginLoading",
            "Pool",
            "Processes",
            "Scheduling",
            "Tracing",
            "Transport",
            "Waiting",
            "Wire",
            "Worker",
            .product(name: "DequeModule", package: "swift-collections")
        ),
        module(
            "Launcher",
            "CBOR",
            "CLinux",
            "CMPIFutures",
            "CSupervisor",
            "CTasks",
            "Identities",
            "Journals",
            "Launching",
            "Linux",
            "MPIBinding",
            "MPIFutures",
            "PluginForms",
            "PluginLoading",
            "Pool",
            "Processes",
            "Reports",
            "Scheduling",
            "Specs",
            "Tracing",
            "Transport",
            "Waiting",
            "Wire",
            "Worker",
            .product(name: "DequeModule", package: "swift-collections"),
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            linkerSettings: runtimePlace
        ),
        .target(name: "CLauncherStub"),
        .executableTarget(
            name: "LauncherStub",
            dependencies: ["CLauncherStub", "CSupervisor"],
            swiftSettings: strictness,
            // Where `make install` puts the Swift runtime and the library. Beside the launcher, as in a build, the
            // library is found anyway.
            linkerSettings: [
                .unsafeFlags(["-Xlinker", "-rpath=$ORIGIN/../lib/mpifutures/runtime:$ORIGIN/../lib"])
            ]
        ),
        .target(
            name: "Support",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Support",
            swiftSettings: strictness
        ),
        tests("CBORTests", "CBOR"),
        tests("PlansTests", "CBOR", "Plans"),
        tests("SpecsTests", "CBOR", "Specs"),
        tests("WireTests", "CBOR", "Identities", "Wire"),
        tests("LinuxTests", "CLinux", "Linux", "Waiting"),
        tests("MPIBindingTests", "MPIBinding"),
        tests("WaitingTests", "CLinux", "Linux", "Waiting"),
        tests("JournalTests", "Journals", "Linux", "Waiting", "Wire"),
        tests("TracingTests", "Tracing", "Waiting", "Wire"),
        tests("ReportTests", "Reports", "Tracing"),
        tests("SchedulingTests", "Identities", "Scheduling"),
        tests("LaunchingTests", "Identities", "Launching", "Linux", "Waiting"),
        tests("ProcessesTests", "Launching", "Processes", "Scheduling"),
        tests("TransportTests", "CBOR", "Identities", "Linux", "Transport", "Waiting", "Wire"),
        tests("WorkerTests", "CBOR", "Identities", "Transport", "Waiting", "Wire", "Worker"),
        tests("PoolTests", "Identities", "Linux", "Pool", "Scheduling", "Transport", "Waiting", "Wire"),
        .target(
            name: "Behaviours",
            dependencies: ["MPIFutures"],
            path: "Tests/Behaviours",
            swiftSettings: strictness
        ),
        .executableTarget(
            name: "BehaviourProgram",
            dependencies: ["Behaviours", "MPIBinding", "MPIFutures"],
            path: "Tests/Programs/BehaviourProgram",
            swiftSettings: strictness
        ),
        tests("MPIFuturesTests", "BehaviourProgram", "Behaviours", "CMPIFutures", "MPIFutures", "LauncherStub"),
        .executableTarget(
            name: "WorkersProgram",
            dependencies: ["MPIFutures"],
            path: "Tests/Programs/WorkersProgram",
            swiftSettings: strictness
        ),
        .executableTarget(
            name: "TopLevelProgram",
            dependencies: ["MPIFutures"],
            path: "Tests/Programs/TopLevelProgram",
            swiftSettings: strictness
        ),
        tests("WorkersTests", "LauncherStub", "TopLevelProgram", "WorkersProgram"),
        .executableTarget(
            name: "PluginHost",
            dependencies: ["PluginLoading"],
            path: "Tests/PluginHost",
            swiftSettings: strictness
        ),
        tests("PluginFormsTests", "PluginForms", "PluginLoading"),
        tests("PluginLoadingTests", "PluginLoading", "PluginHost"),
        .executableTarget(
            name: "RankProgram",
            dependencies: ["CMPI", "Identities", "MPIBinding", "Pool", "Transport", "Waiting", "Wire", "Worker"],
            path: "Tests/Programs/RankProgram",
            swiftSettings: strictness
        ),
        tests("RankTests", "RankProgram"),
        tests("LauncherTests", "LauncherStub"),
        tests("ExampleTests"),
        tests("CInterfaceTests", "CBOR", "CTasks", "LauncherStub", "PluginLoading", "Wire", "Worker"),
        tests("InstallTests", "Behaviours"),
    ],
    swiftLanguageModes: [.v6]
)
