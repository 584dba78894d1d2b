import Glibc

extension Plugin {
    /// The C function `main`.
    package typealias EntryPoint = @convention(c) (Int32, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32

    /// The plugin's `main`: that of `@main`, of top-level code, or C's `int main`.
    ///
    /// - Throws: `noMain`, also if only a library that the plugin is linked with has one.
    package var entryPoint: EntryPoint {
        get throws(PluginError) {
            guard let address = try? function("main") else {
                let reason =
                    "it has no `main`; mark the program's type with `@main` and compile it with "
                    + "`swiftc -parse-as-library -emit-library`, or define `int main` in C"
                throw .cannotLoad(path, .noMain, reason)
            }
            return unsafeBitCast(address, to: EntryPoint.self)
        }
    }

    /// Runs the plugin's `main` on the calling thread, and returns its status.
    ///
    /// The program sees `arguments` as its own, in C's `argv` and in Swift's `CommandLine`. The first one is the
    /// program's name. They stay allocated until the process ends, like those of any program. A program that calls
    /// `exit` ends the process.
    ///
    /// - Throws: `noMain`, or `argumentsRefused` if the Swift runtime does not accept the arguments.
    package func runMain(arguments: [String]) throws(PluginError) -> Int32 {
        let main = try entryPoint
        guard let vector = Self.show(arguments: arguments) else {
            let reason = "this version of the Swift runtime does not let a program be given its arguments"
            throw .cannotLoad(path, .argumentsRefused, reason)
        }
        return main(Int32(arguments.count), vector)
    }

    /// Makes Swift's `CommandLine` show other arguments from now on.
    ///
    /// - Returns: C's `argv` of the arguments; nil if the Swift runtime does not accept them.
    package static func show(arguments: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        let vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: arguments.count + 1)
        for (index, argument) in arguments.enumerated() {
            vector[index] = strdup(argument)
        }
        vector[arguments.count] = nil
        guard replaceCommandLine(count: Int32(arguments.count), vector: vector, arguments: arguments) else {
            return nil
        }
        return vector
    }
}
