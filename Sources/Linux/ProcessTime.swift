internal import Glibc

/// When this process began.
package enum ProcessTime {
    /// The time between the boot of the machine and the start of this process, in seconds; nil if the kernel does not
    /// tell it. Its resolution is that of the kernel's ticks, 10 ms.
    ///
    /// The start is the field `starttime` of `/proc/self/stat` (`proc(5)`).
    package static var startOfThisProcess: Double? {
        guard let file = fopen("/proc/self/stat", "re") else { return nil }
        defer { fclose(file) }
        var line = [UInt8](repeating: 0, count: 1024)
        let count = fread(&line, 1, line.count, file)
        // The name of the program may contain spaces and parentheses.
        guard let end = line[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = line[(end + 1)..<count].split(separator: UInt8(ascii: " "))
        // The first of these fields is number 3.
        guard fields.count > 19, let ticks = Double(String(decoding: fields[19], as: UTF8.self)) else { return nil }
        return ticks / Double(sysconf(CInt(_SC_CLK_TCK)))
    }
}
