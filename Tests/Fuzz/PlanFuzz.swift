// libFuzzer calls `LLVMFuzzerTestOneInput` with one input after the other. A trap, a memory error or a broken promise ends
// the run. `Tests/Fuzz/run-plans` compiles this file together with the plans, and with the shapes of their tests.

internal import Plans
internal import Support

private let registry = PlanRegistry { _ in false }

extension PlanRegistry {
    fileprivate func encoded<Value>(_ value: Value) throws -> [UInt8]? {
        guard let coder = coder(of: Value.self) else { return nil }
        return try coder.encode(value, mayHaveArrays: false) { bytes, _ in Array(bytes) }
    }
}

/// A shape, and values of it that the registry has seen.
private struct Target: Sendable {
    /// Reads bytes as a value, and does with it what a program may do.
    let read: @Sendable (UnsafeRawBufferPointer) -> Void
    /// Returns the encoding of a random value.
    let make: @Sendable (inout SeededGenerator) -> [UInt8]?

    init<Value: AnyValue>(_ type: Value.Type) {
        read = { input in
            guard let coder = registry.coder(of: Value.self),
                let value = try? coder.decode(Value.self, from: input, outOfBand: [])
            else { return }
            do {
                guard let bytes = try registry.encoded(value) else { return }
                let copy = try bytes.withUnsafeBytes { try coder.decode(Value.self, from: $0, outOfBand: []) }
                // Not-a-number equals nothing, and sets have no order. So the number of bytes is compared.
                let second = try registry.encoded(copy)
                precondition(second?.count == bytes.count, "\(Value.self) changed on its way")
            } catch {
                fatalError("\(Value.self) does not survive a round trip: \(error)")
            }
        }
        make = { generator in (try? registry.encoded(Value.any(&generator))) ?? nil }
    }
}

private let targets: [Target] = {
    func target<Value: AnyValue>(_ type: Value.Type) -> Target { Target(type) }
    let targets = Shape.all.map { target($0.type) }
    var generator = SeededGenerator(seed: 1)
    // Then all types are known.
    for target in targets { for _ in 0..<100 { _ = target.make(&generator) } }
    return targets
}()

/// Tries one input, as libFuzzer wants it: the number of a shape and bytes; or, if the number is beyond the shapes, a seed
/// for a value and changes of its bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    guard let number = input.first else { return 0 }
    let rest = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    let target = targets[Int(number) % targets.count]
    if Int(number) < targets.count {
        target.read(rest)
        return 0
    }
    guard let seed = rest.first else { return 0 }
    var generator = SeededGenerator(seed: UInt64(seed))
    guard var bytes = target.make(&generator), !bytes.isEmpty else { return 0 }
    for change in stride(from: 1, to: rest.count - 1, by: 2) {
        let place = Int(rest[change]) % bytes.count
        switch rest[change + 1] {
        case 0xF0 where bytes.count > 1: bytes.remove(at: place)
        case 0xF1: bytes.insert(rest[change], at: place)
        case 0xF2 where place > 0: bytes.removeLast(bytes.count - place)
        case let bits: bytes[place] ^= bits
        }
    }
    bytes.withUnsafeBytes { target.read($0) }
    return 0
}
