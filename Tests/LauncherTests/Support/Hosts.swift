import Support
import Testing

/// Ranks that see other host names than the machine's, in namespaces of their own (`unshare`).
enum Hosts {
    /// Not everybody may do that.
    static var canBePretended: Bool {
        get async throws { try await runProcess("unshare", ["-u", "hostname", "x"]).status == .exited(0) }
    }

    /// Whether processes can be started that do not see the master, as if they were on another host.
    static var canHideMaster: Bool {
        get async throws { try await runProcess("unshare", ["--pid", "--fork", "true"]).status == .exited(0) }
    }

    /// Starts a master, and isolated workers that do not see it. Their ranks pass all frames on.
    static func launchHidden(_ count: Int, _ arguments: [String]) async throws -> ProcessResult {
        let launcher = try BuildProducts.path(of: "mpifutures")
        return try await LauncherTests.launch(
            .ranks(1),
            arguments + [":", "-n", "\(count)"] + hide([launcher] + arguments),
            program: launcher,
            environment: hidingEnvironment
        )
    }

    /// Starts a master, and isolated workers that see each other and not the master, as if they were on one other host.
    static func launchTogether(_ count: Int, _ arguments: [String]) async throws -> ProcessResult {
        let launcher = try BuildProducts.path(of: "mpifutures")
        let master = hide([launcher] + arguments)
        return try await LauncherTests.launch(
            .ranks(1),
            master.dropFirst() + [":", "-n", "\(count)", launcher] + arguments,
            program: master[0],
            environment: hidingEnvironment
        )
    }

    /// Returns the command that runs another one where it sees no process but its own.
    private static func hide(_ command: [String]) -> [String] {
        ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"] + command
    }

    private static let hidingEnvironment = [
        "MPIFUTURES_ISOLATE": "on", "UCX_TLS": "tcp,self", "UCX_NET_DEVICES": "lo",
    ]

    /// Starts a rank for each name.
    ///
    /// - Parameters:
    ///   - environments: Variables for each rank.
    ///   - hidden: A directory that is empty on all hosts but the first.
    static func launch(
        _ names: [String],
        _ arguments: [String],
        environments: [[String: String]] = [],
        hiding hidden: String? = nil
    ) async throws -> ProcessResult {
        let launcher = try BuildProducts.path(of: "mpifutures")
        let ranks = names.indices.map { rank in
            let variables = rank < environments.count ? environments[rank].map { "\($0.key)=\($0.value)" } : []
            let hides = rank > 0 ? hidden : nil
            let mount = hides.map { "mount -t tmpfs none '\($0)'; " } ?? ""
            let command = #"hostname "$0"; \#(mount)exec "$@""#
            return ["unshare", "-u"] + (hides == nil ? [] : ["-m"]) + ["env"] + variables + [
                "sh", "-c", command, names[rank], launcher,
            ] + arguments
        }
        let others = ranks.dropFirst().flatMap { [":", "-n", "1"] + $0 }
        return try await LauncherTests.launch(.ranks(1), Array(ranks[0].dropFirst()) + others, program: ranks[0][0])
    }
}
