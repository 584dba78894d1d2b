/// How values of one type are written and read: in the order of memory, without names.
///
/// Plans are made once, and never change afterwards. A plan keeps the plans of its parts, and refers to them without
/// counting references while it is used.
class Plan: @unchecked Sendable {
    let type: Any.Type
    /// The size of a value in memory.
    let size: Int
    /// The distance of two values in an array.
    let stride: Int
    let alignment: Int
    /// Whether values are nothing but their bytes.
    let isTrivial: Bool
    private let witnesses: ValueWitnesses

    init(_ type: Any.Type) {
        self.type = type
        witnesses = Metadata(type).witnesses
        (size, stride, alignment) = (witnesses.size, witnesses.stride, witnesses.alignment)
        isTrivial = witnesses.isTrivial
    }

    /// The least number of bytes that a value is written as.
    var leastBytes: Int { 0 }

    /// Whether the values travel as CBOR.
    var isLeaf: Bool { false }

    /// Whether a value may contain values whose types are judged.
    var isJudged: Bool { false }

    /// Writes the value at `place`.
    func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        preconditionFailure("a plan without writing")
    }

    /// Reads a value to `place`, whose memory is not initialised. If an error is thrown, it is not initialised after
    /// that either.
    func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        preconditionFailure("a plan without reading")
    }

    /// Judges the types of the values that lie at `place` and below it, as far as they are not known.
    func survey(_ place: UnsafeRawPointer, _ survey: inout Survey) {}

    /// Destroys the value at `place`.
    final func destroy(_ place: UnsafeMutableRawPointer) { if !isTrivial { witnesses.destroy(place) } }

    /// This plan for a plan that keeps it anyway.
    final var uncounted: Unmanaged<Plan> { .passUnretained(self) }
}

/// The plan of a type that is being made further out: the type contains itself.
final class ForwardPlan: Plan, @unchecked Sendable {
    /// The plan, once it has been made. It keeps this one.
    private var target: Unmanaged<Plan>?
    private var targetIsLeaf = false

    func complete(_ plan: Plan) { (target, targetIsLeaf) = (plan.uncounted, plan.isLeaf) }

    // A type can contain itself only through something that takes a byte.
    override var leastBytes: Int { 1 }
    override var isLeaf: Bool { targetIsLeaf }
    override var isJudged: Bool { true }

    override func write(_ place: UnsafeRawPointer, to writer: inout PlanWriter) throws {
        try writer.enter()
        try target.unsafelyUnwrapped._withUnsafeGuaranteedRef { try $0.write(place, to: &writer) }
        writer.leave()
    }

    override func read(to place: UnsafeMutableRawPointer, from reader: inout PlanReader) throws {
        try reader.enter()
        try target.unsafelyUnwrapped._withUnsafeGuaranteedRef { try $0.read(to: place, from: &reader) }
        reader.leave()
    }

    override func survey(_ place: UnsafeRawPointer, _ survey: inout Survey) {
        guard survey.enter() else { return }
        target.unsafelyUnwrapped._withUnsafeGuaranteedRef { $0.survey(place, &survey) }
        survey.leave()
    }
}
