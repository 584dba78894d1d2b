/// The plan of an enum: the number of its case, and the payload behind it.
final class EnumPlan: Plan, @unchecked Sendable {
    /// The payload of a case.
    struct Payload: BitwiseCopyable {
        let plan: Unmanaged<Plan>
        let type: UnsafeRawPointer
        let isIndirect: Bool
        let alignment: Int

        init(_ plan: Plan, isIndirect: Bool) {
            self.plan = plan.uncounted
            type = unsafeBitCast(plan.type, to: UnsafeRawPointer.self)
            self.isIndirect = isIndirect
            alignment = plan.alignment
        }
    }

    private let payloads: UnsafeBufferPointer<Payload?>
    private let trust: TypeTrust
    private let witnesses: ValueWitnesses
    private let plans: [Plan?]

    /// - Parameter payloads: The plan of the payload of each case, nil without one, and whether it is indirect.
    init(_ type: Any.Type, _ payloads: [(plan: Plan?, isIndirect: Bool)], _ trust: TypeTrust) {
        self.payloads =
            payloads.map { payload in
                payload.plan.map { Payload($0, isIndirect: payload.isIndirect) }
            }.copied
        plans = payloads.map(\.plan)
        self.trust = trust
        witnesses = Metadata(type).witnesses
        super.init(type)
    }

    deinit { payloads.deallocate() }

    override var leastBytes: Int { 1 }
    override var isJudged: Bool { true }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        let tag = witnesses.tag(of: place)
        if !writer.isComparing { try trust.check(case: tag, place) }
        writer.append(count: tag)
        guard let payload = payloads[tag] else { return }
        try withPayload(place, payload) { place in
            try payload.plan._withUnsafeGuaranteedRef { try $0.write(place, to: &writer) }
        }
    }

    /// Calls `body` with the place of the payload, which is not to be changed or destroyed.
    @inline(__always)
    private func withPayload<Result>(
        _ place: UnsafeRawPointer,
        _ payload: Payload,
        _ body: (UnsafeRawPointer) throws -> Result
    ) rethrows -> Result {
        // To find the payload is to change the enum, which others may read just now.
        try withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { copy in
            let copy = copy.baseAddress.unsafelyUnwrapped
            copy.copyMemory(from: place, byteCount: size)
            witnesses.projectPayload(copy)
            return try body(
                payload.isIndirect ? PayloadBoxes.payload(copy, alignment: payload.alignment) : UnsafeRawPointer(copy)
            )
        }
    }

    /// Calls `body` with the payload's plan and place, or with nil if the case has none.
    func withPayload<Result>(
        of place: UnsafeRawPointer,
        case tag: Int,
        _ body: ((plan: Plan, place: UnsafeRawPointer)?) -> Result
    ) -> Result {
        guard let payload = payloads[tag], let plan = plans[tag] else { return body(nil) }
        return withPayload(place, payload) { body((plan, $0)) }
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        let tag = try reader.count()
        guard tag < payloads.count else { throw reader.error("there is no case \(tag) of \(type)") }
        if let payload = payloads[tag] {
            if payload.isIndirect {
                try readBox(payload, to: place, &reader)
            } else {
                try payload.plan._withUnsafeGuaranteedRef { try $0.read(to: place, from: &reader) }
            }
        }
        witnesses.injectTag(tag, place)
    }

    private func readBox(_ payload: Payload, to place: UnsafeMutableRawPointer, _ reader: inout PlanReader) throws {
        try PayloadBoxes.make(unsafeBitCast(payload.type, to: Any.Type.self), at: place) { content in
            try payload.plan._withUnsafeGuaranteedRef { try $0.read(to: content, from: &reader) }
        }
    }

    override func survey(_ place: UnsafeRawPointer, _ survey: inout Survey) {
        guard survey.goesOn() else { return }
        let tag = witnesses.tag(of: place)
        trust.judge(place, case: tag)
        guard trust.verdict != .refused, let payload = payloads[tag] else { return }
        withPayload(place, payload) { place in
            payload.plan._withUnsafeGuaranteedRef { $0.survey(place, &survey) }
        }
    }
}

/// The plan of an optional: 1 and the value, or 0.
final class OptionalPlan: Plan, @unchecked Sendable {
    private let wrapped: Unmanaged<Plan>
    private let witnesses: ValueWitnesses
    private let plan: Plan

    init(_ type: Any.Type, _ wrapped: Plan) {
        plan = wrapped
        self.wrapped = wrapped.uncounted
        witnesses = Metadata(type).witnesses
        super.init(type)
    }

    override var leastBytes: Int { 1 }
    override var isJudged: Bool { plan.isJudged }

    /// Returns whether there is a value. It then lies at the same address.
    @inline(__always)
    private func isPresent(_ place: UnsafeRawPointer) -> Bool { witnesses.tag(of: place) == 0 }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        guard isPresent(place) else { return writer.append(0) }
        writer.append(1)
        try wrapped._withUnsafeGuaranteedRef { try $0.write(place, to: &writer) }
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        switch try reader.byte() {
        case 0: witnesses.injectTag(1, place)
        case 1:
            try wrapped._withUnsafeGuaranteedRef { try $0.read(to: place, from: &reader) }
            witnesses.injectTag(0, place)
        default: throw reader.error("neither a value nor nil")
        }
    }

    override func survey(_ place: UnsafeRawPointer, _ survey: inout Survey) {
        if isPresent(place) { wrapped._withUnsafeGuaranteedRef { $0.survey(place, &survey) } }
    }
}
