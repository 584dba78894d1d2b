package import PluginLoading
internal import Waiting

/// The libraries whose functions may be called by name: the plugins that were loaded, or else the program itself.
///
/// Only these are looked into, so no name from the wire ever calls a function of the C library.
package enum TaskLibraries {
    private static let plugins = Locked<[Plugin]>([])

    /// Makes the functions of a plugin callable, behind those of plugins that were added before.
    package static func add(_ plugin: Plugin) { plugins.withLock { $0.append(plugin) } }

    /// The address of a task's function.
    ///
    /// - Throws: `CTaskError`, saying where was looked; `PluginError` if a library that the name asks for cannot be loaded.
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

    /// Whether a function can be found, for choosing between a C task and a Swift callable of the same name.
    package static func has(_ name: CTaskName) -> Bool { (try? find(name)) != nil }

    /// Where a task's function comes from in this process: one of the plugins, or else the program or a library that it is
    /// linked with; nil if there is no such function.
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
