/// What a conformance is seen to do with the members of one value.
final class Watch {
    enum Shape {
        /// One keyed container with all members.
        case structure
        /// One keyed container with the case, and in it one with the payload.
        case enumeration
        /// One value, which stands for an enum without payloads.
        case raw
    }

    let shape: Shape
    private let members: [WatchedMember]
    /// Whether all that was seen is what the compiler's conformance does.
    private var isRegular = true
    private var isDecoding = false
    private var next = 0
    /// The keys under which the members were written.
    private var keys: [String] = []
    private var containers = 0
    private var keyType: ObjectIdentifier?

    private var cases = 0
    private var caseKey = ""
    private var payloadKeyType: ObjectIdentifier?
    private(set) var rawValue: Any?

    init(_ members: [WatchedMember], shape: Shape) {
        self.members = members
        self.shape = shape
    }

    /// Notes that the conformance does something else.
    func deviate() { isRegular = false }

    /// Notes that the conformance does something else where it may throw.
    func irregular() -> IrregularCoding {
        isRegular = false
        return IrregularCoding()
    }

    // MARK: Ends

    private var isComplete: Bool {
        guard isRegular, next == members.count else { return false }
        switch shape {
        // Without members the container may be left out.
        case .structure: return containers == 1 || members.isEmpty && containers == 0
        case .enumeration: return containers == 1 && cases == 1
        case .raw: return containers == 1 && rawValue != nil
        }
    }

    /// Returns whether the value was written as it is, and begins decoding.
    func finishEncoding() -> Bool {
        guard isComplete, Set(keys).count == keys.count else { return false }
        (isDecoding, next, containers, cases) = (true, 0, 0, 0)
        return true
    }

    func finishDecoding() -> Bool { isComplete }

    // MARK: Containers

    func openKeyed(_ type: Any.Type) {
        containers += 1
        if shape == .raw || containers > 1 { deviate() }
        if isDecoding, let keyType, keyType != ObjectIdentifier(type) { deviate() }
        keyType = ObjectIdentifier(type)
    }

    func openSingle() {
        containers += 1
        if shape != .raw { deviate() }
    }

    func openPayload(_ type: Any.Type, _ key: some CodingKey) {
        cases += 1
        if shape != .enumeration || cases > 1 { deviate() }
        if isDecoding {
            if caseKey != key.stringValue || payloadKeyType != ObjectIdentifier(type) { deviate() }
        } else {
            (caseKey, payloadKeyType) = (key.stringValue, ObjectIdentifier(type))
        }
    }

    /// The keys that a decoder has: the case of an enum. The compiler's conformance asks for them only there.
    func caseKeys<Key: CodingKey>(_ type: Key.Type) -> [Key] {
        guard shape == .enumeration, let key = Key(stringValue: caseKey) else {
            deviate()
            return []
        }
        return [key]
    }

    // MARK: Members

    func write<Value>(_ value: Value, _ key: some CodingKey) {
        guard !isDecoding, next < members.count, members[next].isSame(as: value) else { return deviate() }
        keys.append(key.stringValue)
        next += 1
    }

    func read<Value>(_ type: Value.Type, _ key: some CodingKey) throws -> Value {
        guard isDecoding, isRegular, next < members.count, keys[next] == key.stringValue,
            let value = members[next].value(as: type)
        else { throw irregular() }
        next += 1
        return value
    }

    func writeRaw(_ value: Any) {
        if isDecoding || shape != .raw || rawValue != nil { deviate() }
        rawValue = value
    }

    func readRaw<Value>(_ type: Value.Type) throws -> Value {
        guard isDecoding, isRegular, let value = rawValue as? Value else { throw irregular() }
        return value
    }
}

/// A conformance asks for what the compiler's own never does. Nobody but the judge sees this error.
struct IrregularCoding: Error {}
