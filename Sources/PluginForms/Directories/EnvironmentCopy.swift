internal import Glibc

/// This process's environment with one variable changed, for another process.
final class EnvironmentCopy {
    /// As `execve` takes it; valid as long as this object.
    let vector: [UnsafeMutablePointer<CChar>?]

    convenience init(removing name: String) { self.init(name, nil) }

    convenience init(setting name: String, to value: String) { self.init(name, value) }

    private init(_ name: String, _ value: String?) {
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var index = 0
        while let variable = environ[index] {
            index += 1
            if strncmp(variable, "\(name)=", name.utf8.count + 1) != 0 { variables.append(strdup(variable)) }
        }
        if let value { variables.append(strdup("\(name)=\(value)")) }
        vector = variables + [nil]
    }

    deinit { for variable in vector { free(variable) } }
}
