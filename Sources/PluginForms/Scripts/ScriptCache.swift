internal import Glibc
internal import Linux

/// The directory of the compiled scripts: `mpifutures` in `XDG_CACHE_HOME`, by default in `~/.cache`.
struct ScriptCache {
    let directory: String

    /// Returns nil if there is no home, or if the directory cannot be made or is not safely this user's own.
    init?() { self.init(cacheHome: Environment["XDG_CACHE_HOME"], home: Environment["HOME"]) }

    /// - Parameters:
    ///   - cacheHome: The value of `XDG_CACHE_HOME`. The specification has relative paths ignored.
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
        // What is in there will be run.
        let othersWrite = S_IWGRP | S_IWOTH
        guard lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & othersWrite == 0, access(directory, W_OK | X_OK) == 0
        else { return nil }
    }

    func path(key: String, module: String) -> String { "\(directory)/\(module)-\(key).so" }

    /// Gives a finished file its name in the cache; one that is there already stays.
    ///
    /// Two runs that compile the same script at the same time may make files that differ, and each rank is to load the
    /// same: so the first one wins, and a file once there is never replaced.
    func adopt(_ file: String, as path: String) -> Bool {
        if link(file, path) == 0 || errno == EEXIST { return true }
        // Some file systems have no second names.
        return rename(file, path) == 0
    }
}
