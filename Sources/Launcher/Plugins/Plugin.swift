internal import PluginLoading

/// In this module `Plugin` is a loaded library, not the public type.
typealias Plugin = PluginLoading.Plugin
