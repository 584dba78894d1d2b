import Foundation
import Support
import Testing

@testable import PluginForms

/// What scripts are compiled with, and where they are kept.
@Suite("The cache of a script")
struct EnvironmentTests {
    @Test("The cache of a script is in the user's cache directory if that is an absolute path, or else at home")
    func cacheDirectory() throws {
        let directory = try TemporaryDirectory()
        let home = directory.path
        #expect(ScriptCache(cacheHome: "\(home)/given", home: home)?.directory == "\(home)/given/mpifutures")
        for cacheHome in [nil, "", "relative"] {
            #expect(ScriptCache(cacheHome: cacheHome, home: home)?.directory == "\(home)/.cache/mpifutures")
        }
        for other in [nil, "", "nowhere"] { #expect(ScriptCache(cacheHome: nil, home: other) == nil) }
    }

    @Test("The cache of a script is none that others may write to, and no link or file")
    func unsafeCache() throws {
        for mode in [0o770, 0o707, 0o777] as [mode_t] {
            let directory = try TemporaryDirectory()
            let cache = "\(directory.path)/mpifutures"
            #expect(mkdir(cache, 0o700) == 0 && chmod(cache, mode) == 0)
            #expect(ScriptCache(cacheHome: directory.path, home: nil) == nil, "\(mode)")
        }
        let (directory, other) = (try TemporaryDirectory(), try TemporaryDirectory())
        let cache = "\(directory.path)/mpifutures"
        #expect(symlink(other.path, cache) == 0)
        #expect(ScriptCache(cacheHome: directory.path, home: nil) == nil)
        unlink(cache)
        _ = try directory.write("", to: "mpifutures")
        #expect(chmod(cache, 0o700) == 0)
        #expect(ScriptCache(cacheHome: directory.path, home: nil) == nil)
    }

    @Test("The cache of a script keeps the library that was stored first")
    func adoption() throws {
        let directory = try TemporaryDirectory()
        let cache = try #require(ScriptCache(cacheHome: directory.path, home: nil))
        let (first, second) = (try directory.write("first", to: "1"), try directory.write("second", to: "2"))
        let path = cache.path(key: "0a", module: "julia")
        #expect(path == "\(directory.path)/mpifutures/julia-0a.so")
        #expect(cache.adopt(first, as: path))
        #expect(cache.adopt(second, as: path))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "first")
        #expect(!cache.adopt("\(directory.path)/none", as: "\(directory.path)/mpifutures/other.so"))
    }
}
