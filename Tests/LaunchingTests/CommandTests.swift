import Identities
import Launching
import Linux
import Testing

@Suite("The command that starts workers")
struct CommandTests {
    private func command(
        _ launch: Launch,
        launcher: [String] = ["mpiexec"],
        hosts: HostList? = nil,
        _ surroundings: MPIExecCommand.Surroundings = .init(localHost: "here")
    ) -> [String] {
        let command = MPIExecCommand(for: launch, launcher: launcher, hosts: hosts, surroundings)
        return [command.program] + command.arguments
    }

    @Test("The command that starts workers runs the workers and a relay")
    func plain() {
        var launch = Launch(executable: "/bin/x", workerCount: 4)
        launch.arguments = ["-n", "a b"]
        #expect(command(launch) == ["mpiexec", "-n", "5", "/bin/x", "-n", "a b"])
    }

    @Test("The command that starts workers says where they run and with what")
    func surroundings() {
        var launch = Launch(executable: "x", workerCount: 1)
        launch.environment = ["B": "2", "A": ""]
        launch.workingDirectory = "/there"
        launch.info = ["wdir": "/not/there", "soft": "1:4"]
        launch.path = ["/p", "/q"]
        #expect(
            command(launch) == [
                "mpiexec", "-n", "2", "-wdir", "/there", "x",
            ]
        )
        let environment = WorkerEnvironment(launch.workerEnvironment(modulePath: "/usual"))
        #expect(
            environment.added(to: Environment(entries: ["A=1", "AB=3", "B=x=y", "C=D=4"]))
                == Environment(entries: ["AB=3", "C=D=4", "A=", "B=2", "MPIFUTURES_PATH=/p:/q:/usual"])
        )
        launch.workingDirectory = nil
        #expect(launch.directory == "/not/there")
    }

    @Test("The command that starts workers keeps the relay on this host")
    func hosts() {
        let launch = Launch(executable: "x", workerCount: 3)
        let hosts = HostList(list: "a:2,b:2")
        #expect(command(launch, hosts: hosts) == ["mpiexec", "-hosts", "here:1,a:2,b:1", "-n", "4", "x"])
        #expect(
            command(launch, launcher: ["/opt/mpiexec", "-localhost", "10.0.0.1"], hosts: hosts) == [
                "/opt/mpiexec", "-localhost", "10.0.0.1", "-hosts", "10.0.0.1:1,a:2,b:1", "-n", "4", "x",
            ]
        )
    }

    @Test("The command that starts workers may have an option without its value, which mpiexec reports")
    func optionWithoutValue() {
        let launch = Launch(executable: "x", workerCount: 1)
        #expect(
            command(launch, launcher: ["mpiexec", "-localhost"], hosts: HostList(list: "a")) == [
                "mpiexec", "-localhost", "-hosts", "here:1,a:1", "-n", "2", "x",
            ]
        )
        #expect(command(launch, launcher: []) == ["mpiexec", "-n", "2", "x"])
    }

    @Test("The module path of workers is added to the one that they are given, or else to this process's own")
    func modulePath() {
        var launch = Launch(executable: "x", workerCount: 1)
        launch.path = ["/p"]
        #expect(launch.workerEnvironment(modulePath: nil).map(\.value) == ["/p"])
        launch.environment = ["MPIFUTURES_PATH": "/given"]
        #expect(launch.workerEnvironment(modulePath: "/own").map(\.value) == ["/p:/given"])
        launch.path = []
        #expect(launch.workerEnvironment(modulePath: "/own").map(\.value) == ["/given"])
    }

    @Test("The environment of children lacks the variable that makes a process a worker")
    func environment() {
        let own = Environment(entries: ["PATH=/bin", "\(WorkerInvocation.variable)=spawn", "MPIFUTURES_MAX_WORKERS=3"])
        #expect(own.withoutRankVariables() == Environment(entries: ["PATH=/bin", "MPIFUTURES_MAX_WORKERS=3"]))
    }

    @Test("The text of a worker's invocation is parsed back to the same value")
    func invocations() {
        let socket = SocketAddress(processID: 17, descriptor: 5)
        let places = WorkerPlace.places(hosts: [1, 2, 1])
        for invocation in [
            WorkerInvocation.spawned, .relayed(socket: socket, host: "node1", secret: "x1"),
            .runner(places[2], library: ""), .runner(places[1], library: "/a:b/lib.so"),
        ] {
            #expect(WorkerInvocation(text: invocation.text) == invocation)
        }
        for text in [
            "", "relay", "relay:", "relay:x", "relay:x:", "relay:x:h:", "relay:x:h:5/x/y", "relay:x:h:-5/3/y",
            "other:x:h:5/3/y", "runner", "runner:1/2:", "runner:1:2:",
        ] {
            #expect(WorkerInvocation(text: text) == nil)
        }
    }

    private var openMPI: MPIExecCommand.Surroundings {
        var surroundings = MPIExecCommand.Surroundings(localHost: "here")
        surroundings.isOpenMPI = true
        return surroundings
    }

    @Test("The command that starts workers speaks to Open MPI's mpiexec in its own words")
    func openMPIOptions() {
        var launch = Launch(executable: "/bin/x", workerCount: 2)
        launch.arguments = ["a"]
        launch.workingDirectory = "/there"
        let options = ["-n", "3", "--oversubscribe", "--bind-to", "none"]
        #expect(command(launch, openMPI) == ["mpiexec"] + options + ["--wdir", "/there", "/bin/x", "a"])
        launch.workingDirectory = nil
        var root = openMPI
        root.isRoot = true
        #expect(command(launch, root) == ["mpiexec"] + options + ["--allow-run-as-root", "/bin/x", "a"])
    }

    @Test("The command that starts workers names the variables that Open MPI passes on to other hosts, and no value")
    func openMPIHosts() {
        let launch = Launch(executable: "x", workerCount: 3)
        var surroundings = openMPI
        surroundings.variables = ["A", "B"]
        #expect(
            command(launch, hosts: HostList(list: "a:2,b:2"), surroundings) == [
                "mpiexec", "--host", "here:1,a:2,b:1", "-n", "4", "--oversubscribe", "--bind-to", "none",
                "-x", "A", "-x", "B", "x",
            ]
        )
        #expect(!command(launch, surroundings).contains("-x"))
    }

    @Test("The command that starts workers leaves mapping and binding to a user who has asked for them")
    func openMPIUser() {
        let launch = Launch(executable: "x", workerCount: 1)
        let launcher = ["mpirun", "--map-by", "node:OVERSUBSCRIBE", "--bind-to", "core"]
        #expect(command(launch, launcher: launcher, openMPI) == launcher + ["-n", "2", "x"])
    }
}
