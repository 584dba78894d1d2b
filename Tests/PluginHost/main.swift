import Glibc
import PluginLoading

// A process that the tests of PluginLoading steer from outside: it does what its standard input says, a command a
// line with its operands separated by tabs, and answers each with a line. So a crash ends this process and not the
// tests, and a type's name can be carried from one process to another. It reads no arguments, since a plugin's view
// of them is one of the things that are tested.

while let line = readLine() {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    print(answer(to: fields[0], Array(fields.dropFirst())))
    fflush(nil)
}
