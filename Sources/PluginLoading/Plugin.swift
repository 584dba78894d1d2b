import Glibc

/// A user's program, built as a shared library and loaded into this process.
///
/// A plugin stays loaded until the process ends: types, metadata and threads of it may be in use anywhere.
package struct Plugin: @unchecked Sendable {
    // The conformance to `Sendable` is unchecked because the pointers refer to code and loader state that never change
    // after loading.

    /// The file as the user wrote it.
    package let path: String

    /// The build that was loaded.
    package let identity: ImageIdentity

    private let handle: UnsafeMutableRawPointer
    private let image: LoadedImage

    /// Tells the image from all others of this process.
    var imageBase: UInt { image.base }

    /// Checks a library, loads it, and runs its static initialisers.
    ///
    /// All symbols are bound now, so that a missing one is reported here and not during a run. Libraries that are
    /// loaded later do not see the symbols of this one. A path without a slash is a file in the current directory: the
    /// loader's search path is never used. Loading a library again returns the same one.
    ///
    /// The corresponding system function is `dlopen` with `RTLD_NOW | RTLD_LOCAL`.
    ///
    /// - Throws: The errors of `ELFImage.init`, `unresolvedSymbol`, `missingDependency`, or `loaderRefused`.
    package static func load(path: String) throws(PluginError) -> Plugin {
        let file = try ELFImage(path: path)
        // Before its initialisers run.
        PluginDirectory.propose(ofLibrary: path)
        guard let handle = dlopen(path.contains("/") ? path : "./" + path, RTLD_NOW | RTLD_LOCAL) else {
            throw .loaderRefused(path)
        }
        var map: UnsafePointer<LinkMap>?
        guard dlinfo(handle, requestLinkMap, &map) == 0, let dynamicSection = map?.pointee.dynamicSection,
            let base = LoadedImage.base(of: dynamicSection),
            let image = LoadedImage.all().first(where: { $0.base == base })
        else { throw .loaderRefused(path) }
        ImageRegistry.shared.note(file.identity, ofImageAt: base)
        return Plugin(path: path, identity: file.identity, handle: handle, image: image)
    }

    /// The program of this process as a plugin. Its functions are found if it exports them (`-rdynamic`).
    package static let program: Plugin? = {
        guard let handle = dlopen(nil, RTLD_NOW), let image = LoadedImage.all().first else { return nil }
        let identity = image.buildID ?? ImageIdentity(bytes: [])
        return Plugin(path: image.name, identity: identity, handle: handle, image: image)
    }()

    /// Returns the address of a symbol that this library itself defines.
    ///
    /// A symbol of the same name in a library that it is linked with does not count.
    ///
    /// - Throws: `noSymbol`.
    package func symbol(_ name: String) throws(PluginError) -> UnsafeMutableRawPointer {
        guard let address = address(of: name) else {
            let reason =
                "it defines no symbol \(quoted(name)); Swift functions are exported with `@_cdecl(\"\(name)\")`"
            throw .cannotLoad(path, .noSymbol, reason)
        }
        return address
    }

    /// Returns the address of a function that this library itself defines.
    ///
    /// - Throws: `noSymbol`, also for a symbol that is data: calling it would crash.
    package func function(_ name: String) throws(PluginError) -> UnsafeMutableRawPointer {
        let address = try symbol(name)
        guard image.containsCode(at: address) else {
            throw .cannotLoad(path, .noSymbol, "its symbol \(quoted(name)) is not a function")
        }
        return address
    }

    private func address(of name: String) -> UnsafeMutableRawPointer? {
        guard let address = dlsym(handle, name), LoadedImage.base(of: address) == image.base else { return nil }
        return address
    }
}
