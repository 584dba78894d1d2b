internal import PluginLoading

/// In this module a plugin is a loaded library, not what programs see of it.
typealias Plugin = PluginLoading.Plugin
