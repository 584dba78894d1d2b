/// The plan of a struct or a tuple: its members in the order of memory, neighbours that are flat in one copy.
final class StructPlan: Plan, @unchecked Sendable {
    /// A step along the members.
    struct Step: BitwiseCopyable {
        enum Kind: BitwiseCopyable { case copy, text, other }

        let kind: Kind
        let offset: Int
        var size: Int
        let plan: Unmanaged<Plan>
    }

    private let steps: UnsafeBufferPointer<Step>
    private let least: Int
    private let trust: TypeTrust?
    /// The members, which keep the plans of the steps alive.
    let members: [(offset: Int, plan: Plan)]

    /// - Parameters:
    ///   - isMerging: Whether a copy may take several members, and the bytes between them.
    ///   - trust: The type's conformance; nil for a tuple, which has none.
    init(_ type: Any.Type, _ members: [(offset: Int, plan: Plan)], merging isMerging: Bool, _ trust: TypeTrust?) {
        var steps: [Step] = []
        for (offset, plan) in members { Self.add(plan, at: offset, to: &steps, merging: isMerging) }
        self.steps = steps.copied
        least = members.reduce(0) { $0 + $1.plan.leastBytes }
        self.trust = trust
        self.members = members
        super.init(type)
    }

    deinit { steps.deallocate() }

    private static func add(_ plan: Plan, at offset: Int, to steps: inout [Step], merging isMerging: Bool) {
        switch plan {
        case let flat as FlatPlan where flat.layout.constraints.isEmpty:
            if isMerging, let last = steps.last, last.kind == .copy {
                steps[steps.count - 1].size = offset + plan.size - last.offset
            } else {
                steps.append(Step(kind: .copy, offset: offset, size: plan.size, plan: plan.uncounted))
            }
        case let nested as StructPlan where isMerging:
            for member in nested.members { add(member.plan, at: offset + member.offset, to: &steps, merging: true) }
        case is TextPlan: steps.append(Step(kind: .text, offset: offset, size: plan.size, plan: plan.uncounted))
        default: steps.append(Step(kind: .other, offset: offset, size: plan.size, plan: plan.uncounted))
        }
    }

    override var leastBytes: Int { least }
    override var isJudged: Bool { trust != nil || members.contains { $0.plan.isJudged } }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        for step in steps {
            let member = place + step.offset
            switch step.kind {
            case .copy: writer.append(member, step.size)
            case .text: writer.append(textAt: member.assumingMemoryBound(to: String.self))
            case .other: try step.plan._withUnsafeGuaranteedRef { try $0.write(member, to: &writer) }
            }
        }
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        var index = 0
        do {
            while index < steps.count {
                let step = steps[index]
                let member = place + step.offset
                switch step.kind {
                case .copy: member.copyMemory(from: try reader.take(step.size), byteCount: step.size)
                case .text: member.initializeMemory(as: String.self, to: try reader.text())
                case .other: try step.plan._withUnsafeGuaranteedRef { try $0.read(to: member, from: &reader) }
                }
                index += 1
            }
        } catch {
            for step in steps[..<index] where step.kind != .copy {
                step.plan._withUnsafeGuaranteedRef { $0.destroy(place + step.offset) }
            }
            throw error
        }
    }

    override func survey(_ place: UnsafeRawPointer, _ survey: inout Survey) {
        guard survey.goesOn() else { return }
        trust?.judge(place)
        // The members of a type that travels as CBOR are not looked at.
        if trust?.verdict == .refused { return }
        for step in steps where step.kind == .other {
            step.plan._withUnsafeGuaranteedRef { $0.survey(place + step.offset, &survey) }
        }
    }
}

/// The plan of `String`.
final class TextPlan: Plan, @unchecked Sendable {
    init() { super.init(String.self) }

    override var leastBytes: Int { 1 }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        writer.append(textAt: place.assumingMemoryBound(to: String.self))
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        place.initializeMemory(as: String.self, to: try reader.text())
    }
}
