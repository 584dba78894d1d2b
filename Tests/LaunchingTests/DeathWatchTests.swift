import Glibc
import Testing

@testable import Launching

@Suite("The first process of a job to end")
struct DeathWatchTests {
    /// A watch over processes 100, 101 and so on, each with a pipe; the descriptors that it looks at.
    private func watch(_ count: Int) -> (watch: DeathWatch, descriptors: [CInt]) {
        var watch = DeathWatch()
        var descriptors: [CInt] = []
        for number in 0..<count {
            var ends: [CInt] = [-1, -1]
            #expect(Glibc.pipe(&ends) == 0)
            close(ends[1])
            watch.add(100 + number, ends[0])
            descriptors.append(ends[0])
        }
        return (watch, descriptors)
    }

    /// The number by which the system knows the pipe of a descriptor; nil if the descriptor is closed.
    private static func pipe(_ descriptor: CInt) -> ino_t? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.st_ino : nil
    }

    /// What `poll` would say if these had ended.
    private func polled(_ watch: DeathWatch, ended: Set<CInt>) -> [pollfd] {
        watch.polled.map { pollfd(fd: $0.fd, events: $0.events, revents: ended.contains($0.fd) ? Int16(POLLHUP) : 0) }
    }

    @Test("The first process of a job to end is known if its end was seen alone, and stays the first")
    func alone() {
        var (watch, descriptors) = watch(4)
        defer { watch.end() }
        watch.take(polled(watch, ended: [])[...])
        #expect(watch.first == nil)
        watch.take(polled(watch, ended: [descriptors[2]])[...])
        #expect(watch.first == 102)
        watch.take(polled(watch, ended: [descriptors[0]])[...])
        #expect(watch.first == 102)
    }

    @Test("The first process of a job to end is not known if another has ended with it, whatever ends later")
    func together() {
        var (watch, descriptors) = watch(4)
        defer { watch.end() }
        watch.take(polled(watch, ended: [descriptors[0], descriptors[3]])[...])
        #expect(watch.first == nil)
        watch.take(polled(watch, ended: [descriptors[1]])[...])
        #expect(watch.first == nil)
    }

    @Test("The first process of a job to end is looked at no more when it has ended, and the others are")
    func others() {
        var (watch, descriptors) = watch(5)
        let pipes = descriptors.map(Self.pipe)
        watch.take(polled(watch, ended: [descriptors[1], descriptors[2], descriptors[4]])[...])
        #expect(watch.polled.map(\.fd) == [descriptors[0], descriptors[3]])
        for (number, descriptor) in descriptors.enumerated() {
            // The descriptor of another test may have the number of one that is closed.
            #expect((Self.pipe(descriptor) == pipes[number]) == [0, 3].contains(number))
        }
        watch.end()
        #expect(watch.polled.isEmpty)
    }

    @Test("The first process of a job to end may be one among bytes that were polled for others")
    func slices() {
        var (watch, descriptors) = watch(2)
        defer { watch.end() }
        let others = [pollfd(fd: -1, events: 0, revents: 1), pollfd(fd: -1, events: 0, revents: 1)]
        watch.take((others + polled(watch, ended: [descriptors[1]]))[others.count...])
        #expect(watch.first == 101)
    }
}
