internal import Glibc
internal import Linux

/// The directory of the compiled scripts: `mpifutures` in `XDG_CACHE_HOME`, by default in `~/.cache`.
struct ScriptCache {
    let directory: String

    /// Finds or makes the directory. Returns nil if there is no home, or if the directory cannot be made or others may
    /// write to it.
    init?() { self.init(cacheHome: Environment["XDG_CACHE_HOME"], home: Environment["HOME"]) }

    /// - Parameters:
    ///   - cacheHome: The value of `XDG_CACHE_HOME`. A relative path is ignored, as the specification demands.
    ///   - home: The value of `HOME`.
    init?(cacheHome: String?, home: String?) {
        let base: String
        if let cacheHome, cacheHome.hasPrefix("/") {
            base = cacheHome
        } else if let home, home.hasPrefix("/") {
            base = home + "/.cache"
        } else {
            return nil
        }
        directory = base + "/mpifutures"
        for path in [base, directory] { mkdir(path, S_IRWXU) }
        var status = stat()
        // The files in the directory will be run, so only this user may write to it.
        let othersWrite = S_IWGRP | S_IWOTH
        guard lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & othersWrite == 0, access(directory, W_OK | X_OK) == 0
        else { return nil }
    }

    func path(key: String, module: String) -> String { "\(directory)/\(module)-\(key).so" }

    /// Gives a finished file its name in the cache. A file that exists already stays.
    ///
    /// Two runs may compile the same script at the same time and get different files, but all ranks must load the same
    /// one. So the first file wins, and is never replaced.
    func adopt(_ file: String, as path: String) -> Bool {
        if link(file, path) == 0 || errno == EEXIST { return true }
        // Some file systems have no hard links.
        return rename(file, path) == 0
    }
}
