import Glibc
import MPIFutures

// A program without MPIProgram: what it has to do itself, and what happens if it does not.
//
//     TopLevelProgram serve           serves if it is a worker
//     TopLevelProgram                 does not
//     TopLevelProgram as-executable   does not, and says that another program would

let manner = CommandLine.arguments.dropFirst().first
if manner == "serve" { MPIPoolExecutor.serveIfWorker() }
do {
    var options = ExecutorOptions()
    if manner == "as-executable" {
        options.executable = CommandLine.arguments[0]
        options.arguments = ["as-executable"]
    }
    let executor = try MPIPoolExecutor(maxWorkers: 2, options: options)
    print(try executor.submit(Cube(number: 3)).result())
} catch {
    print("\(error)")
}

struct Cube: RemoteCallable {
    var number: Int
    func callAsFunction() -> Int { number * number * number }
}
