import Plans
import Testing

/// A value, and whether the judge may accept its type's conformance.
struct Trap: @unchecked Sendable, CustomTestStringConvertible {
    let type: any Codable.Type
    let isOwn: Bool?
    let judge: (PlanRegistry) throws -> Void
    var testDescription: String { "\(type)" }

    init<Value: Codable>(_ value: @autoclosure @escaping () -> Value, isOwn: Bool?) {
        type = Value.self
        self.isOwn = isOwn
        judge = { registry in
            // Also as a member and as an element of something else.
            for _ in 0..<2 {
                _ = try? registry.encoded(value())
                _ = try? registry.encoded([value()])
                _ = try? registry.encoded(OwnGeneric(content: value()))
            }
        }
    }

    static let own: [Trap] = [
        Trap(Own(number: 1, text: "one"), isOwn: true), Trap(Own(number: 1, text: nil), isOwn: true),
        Trap(OwnWithKeys(), isOwn: true), Trap(OwnGeneric(content: [Own(number: 1)]), isOwn: true),
        Trap(OwnEnum.none, isOwn: true), Trap(OwnEnum.one(1), isOwn: true),
        Trap(OwnEnum.named(first: nil, second: []), isOwn: true),
        Trap(OwnEnum.named(first: "a", second: [1]), isOwn: true), Trap(OwnEnum.other(1, right: 2), isOwn: true),
        Trap(OwnEnumWithKeys.one(number: 1), isOwn: true), Trap(OwnEnumWithKeys.two, isOwn: true),
        Trap(OwnRaw.second, isOwn: true), Trap(OwnNumber.minus, isOwn: true), Trap(OwnInExtension(), isOwn: true),
        Trap(OwnInit(5), isOwn: true), Trap(Nothing(), isOwn: true), Trap(OwnWrapper(wrappedValue: "a"), isOwn: true),
        Trap(WithOwnWrapper(), isOwn: true), Trap(OwnGeneric<Int?>(content: nil), isOwn: true),
        // By hand, but what it does is the same as in generic code of the compiler's.
        Trap(EncodesOptionalPlainly(number: 1), isOwn: true), Trap(EncodesOptionalPlainly(number: nil), isOwn: true),
    ]

    static let byHand: [Trap] = [
        Trap(Validating(-5), isOwn: false), Trap(Clamping(-5), isOwn: false), Trap(Defaulting(1), isOwn: false),
        Trap(DefaultingOptional(nil), isOwn: false), Trap(ContainsFirst(1), isOwn: false),
        Trap(Backwards(a: 1, b: 2), isOwn: false), Trap(Swapping(a: 1, b: 2), isOwn: false),
        Trap(DecodesTwice(1), isOwn: false), Trap(Trimming(" a "), isOwn: false), Trap(LooksAtPath(1), isOwn: false),
        Trap(LooksAtInfo(1), isOwn: false), Trap(OtherKeysDecoding(1), isOwn: false), Trap(Constant(1), isOwn: false),
        Trap(LeavesOut(1), isOwn: false), Trap(OmitsDefault(number: 1), isOwn: false), Trap(Adds(1), isOwn: false),
        Trap(Reorders(a: 1, b: 2), isOwn: false), Trap(OtherType(number: 1), isOwn: false),
        Trap(EncodesNil(number: 1), isOwn: false), Trap(EncodesNil(number: nil), isOwn: false),
        Trap(RefusesEncoding(number: 1), isOwn: false), Trap(Redacting(name: "name"), isOwn: false),
        Trap(Unkeyed(a: 1, b: 2), isOwn: false), Trap(SingleValue(1), isOwn: false), Trap(RawStruct(1), isOwn: false),
        Trap(Nested(a: 1, b: 2), isOwn: false), Trap(Fixed(number: 1), isOwn: false), Trap(Lazy(3), isOwn: false),
        Trap(Skipped(wrappedValue: 1), isOwn: false), Trap(WithDefault(), isOwn: false),
        Trap(HandEnum.one(1), isOwn: false), Trap(HandEnum.two, isOwn: false), Trap(Tagged.one(1), isOwn: false),
        Trap(Tagged.two("a"), isOwn: false), Trap(HalfHand.changed, isOwn: false),
        Trap(PayloadOmitted.one(1, extra: 2), isOwn: false), Trap(Range(uncheckedBounds: (1, 2)), isOwn: false),
        Trap(Duration.seconds(1), isOwn: false), Trap(SIMD4<Float>(1, 2, 3, 4), isOwn: nil),
        // Nothing but CBOR is known for these.
        Trap(Object(), isOwn: nil), Trap(HasClass(), isOwn: nil), Trap(HasWeak(), isOwn: nil),
        Trap(HasUnowned(Object()), isOwn: nil), Trap(ContiguousArray([1]), isOwn: nil),
    ]
}

@Suite("Whose conformance it is")
struct JudgeTests {
    private let registry = PlanRegistry.lasting { _ in false }

    @Test("The compiler's conformances to Codable are accepted", arguments: Trap.own)
    func own(_ trap: Trap) throws {
        try trap.judge(registry)
        #expect(registry.isAccepted(trap.type) == true)
    }

    @Test("Conformances to Codable by hand are refused", arguments: Trap.byHand)
    func byHand(_ trap: Trap) throws {
        try trap.judge(registry)
        #expect(registry.isAccepted(trap.type) == trap.isOwn)
    }

    @Test("A property wrapper that skips its value costs only itself its plan")
    func nested() throws {
        _ = try registry.encoded(WithSkipped())
        #expect(registry.isAccepted(WithSkipped.self) == true)
        #expect(registry.isAccepted(Skipped<Int>.self) == false)
        let copy = try registry.copy(WithSkipped())
        #expect(copy.number == nil && copy.other == 2)
    }

    @Test("A type of which no value has been seen is unknown, and judged later")
    func unknown() throws {
        #expect(try registry.encoded([Own]()) == nil)
        #expect(registry.isAccepted(Own.self) == nil)
        #expect(try registry.copy(OwnGeneric<[Own]>(content: [])).content.isEmpty)
        #expect(registry.isAccepted(Own.self) == nil)
        _ = try registry.encoded([Own(number: 1)])
        #expect(registry.isAccepted(Own.self) == true)
        #expect(try registry.encoded([Own]()) == [0, 0])
    }

    @Test("The cases of an enum are judged one by one, also in an array that is copied at once")
    func cases() throws {
        _ = try registry.encoded([HalfHand.kept, .kept])
        #expect(registry.isAccepted(HalfHand.self) == true)
        // The conformance runs for all of them, as it would with any other coder.
        #expect(try registry.copy([HalfHand.kept, .changed]) == [.kept, .kept])
        #expect(registry.isAccepted(HalfHand.self) == false)
        #expect(try registry.copy(OwnGeneric(content: HalfHand.changed)).content == .kept)
    }

    @Test("A type may ask for its conformance to Codable to run")
    func optingOut() throws {
        let registry = PlanRegistry.lasting { $0 == Own.self }
        #expect(try registry.encoded([Own(number: 1)]) == nil)
        #expect(registry.isAccepted(Own.self) == false)
        let generic = try #require(try registry.encoded(OwnGeneric(content: Own(number: 1))))
        // One of the two types, the inner one, runs its conformance.
        #expect(generic.starts(with: [1, 0]))
    }

    @Test("Without a known runtime nothing has a plan")
    func otherRuntime() throws {
        let registry = PlanRegistry(isUsable: false) { _ in false }
        #expect(try registry.encoded([Own(number: 1)]) == nil)
        #expect(registry.coder(of: Int.self) == nil)
    }

    @Test("Many threads may judge a type at once")
    func threads() async throws {
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<64 {
                group.addTask { [registry] in
                    let copy = try? registry.copy(OwnGeneric(content: [Own(number: index, text: "text")]))
                    return copy?.content == [Own(number: index, text: "text")]
                }
            }
            for await isSame in group { #expect(isSame) }
        }
    }
}
