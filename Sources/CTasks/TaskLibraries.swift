package import PluginLoading
internal import Waiting

/// The libraries whose functions can be called by name: the plugins that were loaded, or else the program itself.
///
/// Lookups are restricted to these libraries, so no name from the wire ever calls a function of the C library.
package enum TaskLibraries {
    private static let plugins = Locked<[Plugin]>([])

    /// Makes the functions of a plugin callable. Plugins that were added before take precedence.
    package static func add(_ plugin: Plugin) { plugins.withLock { $0.append(plugin) } }

    /// Returns the address of a task's function.
    ///
    /// - Throws: `CTaskError`, which names the places that were searched; `PluginError` if the library of the name
    ///   cannot be loaded.
    static func find(_ name: CTaskName) throws -> UnsafeMutableRawPointer {
        let images = try name.library.map { [try load($0)] } ?? images
        for image in images {
            if let function = try? image.function(name.function) { return function }
        }
        let places = images.map { "'\($0.path)'" }.joined(separator: " or ")
        throw CTaskError("no function '\(name.function)' is exported by \(places)")
    }

    private static func load(_ library: LibraryBuild) throws -> Plugin {
        do throws(PluginError) { return try library.load() } catch let error where error.code == .otherBuild {
            throw CTaskError(error.message)
        }
    }

    /// Returns whether a function can be found. This decides between a C task and a Swift callable of the same name.
    package static func has(_ name: CTaskName) -> Bool { (try? find(name)) != nil }

    /// Returns the origin of a task's function in this process: one of the plugins, or else the program or a library
    /// that it is linked with. Returns nil if there is no such function.
    package static func origin(of name: CTaskName) -> Origin? {
        for plugin in plugins.withLock({ $0 }) where (try? plugin.function(name.function)) != nil {
            return Origin(of: plugin)
        }
        return Origin(ofTask: name.function)
    }

    private static var images: [Plugin] {
        let loaded = plugins.withLock { $0 }
        return loaded.isEmpty ? Plugin.program.map { [$0] } ?? [] : loaded
    }
}
