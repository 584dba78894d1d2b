import Glibc
import MPIFutures

extension Endings {
    /// What calls say that need memory in several ways, each in a process that has made no other call before.
    static func needMemory() throws {
        for way in NeedMemory.Way.allCases {
            try MPIPoolExecutor.with(maxWorkers: 1) { executor in
                do {
                    print(way, try executor.submit(NeedMemory(way: way)).result() ? "done" : "refused")
                } catch let error as RemoteError {
                    print(way, error.message)
                }
            }
        }
    }
}

/// Needs a gigabyte of memory. Returns false if the system has refused it.
struct NeedMemory: RemoteCallable {
    enum Way: String, Codable, CaseIterable {
        /// Maps memory, and uses only a little of it.
        case map
        /// Uses all of it.
        case use
    }

    var way: Way

    func callAsFunction() -> Bool {
        let size = 1 << 30
        guard let place = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            place != MAP_FAILED
        else { return false }
        memset(place, 1, way == .map ? 4096 : size)
        munmap(place, size)
        return true
    }
}
