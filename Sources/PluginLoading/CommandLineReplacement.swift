import Glibc

/// Makes Swift's `CommandLine` show other arguments than those this process was started with.
///
/// On Linux `CommandLine` reads `/proc/self/cmdline`, whatever a `main` is called with. The runtime lets embedders
/// override that until `CommandLine` is first used; if it was used already (an argument parser in the launcher does),
/// its stored properties are set instead.
///
/// - Parameter vector: C's `argv`: `count` strings and a null pointer, never freed.
/// - Returns: whether `CommandLine` now shows the arguments.
func replaceCommandLine(
    count: Int32,
    vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    arguments: [String]
) -> Bool {
    overrideCommandLine(vector, count)
    if CommandLine.argc != count || CommandLine.unsafeArgv != vector {
        if let setter = dlsym(nil, argcSetter) {
            unsafeBitCast(setter, to: (@convention(c) (Int32) -> Void).self)(count)
        }
        if let setter = dlsym(nil, argvSetter) {
            unsafeBitCast(setter, to: (@convention(c) (UnsafeMutableRawPointer) -> Void).self)(vector)
        }
    }
    if CommandLine.arguments != arguments, let setter = dlsym(nil, argumentsSetter) {
        // An array is one reference to its storage, and the setter consumes it.
        let reference = unsafeBitCast(arguments, to: UnsafeMutableRawPointer.self)
        _ = Unmanaged<AnyObject>.fromOpaque(reference).retain()
        unsafeBitCast(setter, to: (@convention(c) (UnsafeMutableRawPointer) -> Void).self)(reference)
    }
    return CommandLine.argc == count && CommandLine.unsafeArgv == vector && CommandLine.arguments == arguments
}

@_silgen_name("_swift_stdlib_overrideUnsafeArgvArgc")
private func overrideCommandLine(_ vector: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ count: Int32)

// The setters of the standard library's properties. That of `arguments` is public but closed to the Swift 6 language
// mode; the other two are internal, and part of the library's binary interface because inlinable code uses them.
private let argcSetter = "$ss11CommandLineO5_argcs5Int32VvsZ"
private let argvSetter = "$ss11CommandLineO11_unsafeArgvSpySpys4Int8VGSgGvsZ"
private let argumentsSetter = "$ss11CommandLineO9argumentsSaySSGvsZ"
