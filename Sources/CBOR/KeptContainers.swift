/// A keyed container that its state keeps.
protocol KeptContainer: AnyObject {
    /// Keeps the state alive from now on: the state no longer keeps this container, which somebody still has.
    func outlive()
}

/// The keyed containers of one state, to be handed out again.
struct KeptContainers<Owner: KeptContainer>: ~Copyable {
    private struct Entry: BitwiseCopyable {
        let key: ObjectIdentifier
        /// The object that keeps the container.
        let kept: Unmanaged<AnyObject>
        /// The container itself: the box that the standard library has put its owner into. Only `kept` counts it.
        let box: Unmanaged<AnyObject>
        let owner: Unmanaged<Owner>

        /// Whether nobody else has the container.
        @inline(__always)
        var isFree: Bool {
            var box = box.takeRetainedValue()
            defer { _ = Unmanaged.passRetained(box) }
            return isKnownUniquelyReferenced(&box)
        }

        func forget() {
            if !isFree { owner.takeUnretainedValue().outlive() }
            kept.release()
        }
    }

    private var entries = Stack<Entry>(capacity: KeptContainers.most)
    private var next = 0
    /// The containers of a value and of those within it are in use at once, and alternate.
    private static var most: Int { 4 }

    deinit { for index in 0..<entries.count { entries[index].kept.release() } }

    /// Returns a container with keys of a type that nobody else has: a `Kept` of it.
    @inline(__always)
    func take(_ key: ObjectIdentifier) -> (kept: Unmanaged<AnyObject>, owner: Unmanaged<Owner>)? {
        for index in 0..<entries.count where entries[index].key == key {
            if entries[index].isFree { return (entries[index].kept, entries[index].owner) }
        }
        return nil
    }

    /// Keeps a container that somebody has. One of those that are kept may be forgotten for it.
    mutating func keep<Container>(_ container: Container, of owner: Owner, _ key: ObjectIdentifier) {
        // A container of the standard library is a struct with one reference.
        precondition(MemoryLayout<Container>.size == MemoryLayout<AnyObject>.size)
        let entry = Entry(
            key: key,
            kept: .passRetained(Kept(container)),
            box: .passUnretained(unsafeBitCast(container, to: AnyObject.self)),
            owner: .passUnretained(owner)
        )
        if entries.count < Self.most {
            entries.append(entry)
        } else {
            entries[next].forget()
            entries[next] = entry
            next = (next + 1) % Self.most
        }
    }

    /// Whether nobody has any of the containers.
    var areFree: Bool {
        for index in 0..<entries.count where !entries[index].isFree { return false }
        return true
    }

    mutating func forgetAll() {
        for index in 0..<entries.count { entries[index].forget() }
        entries.removeAll(from: 0)
    }
}

/// Keeps a container, whose type only generic code knows.
final class Kept<Container> {
    private let container: Container
    init(_ container: Container) { self.container = container }

    /// Returns the container. Not inlined: here the object knows its type, in the caller each use would look it up.
    @inline(never)
    @_semantics("optimize.sil.specialize.generic.never")
    func get() -> Container { container }
}
