// The functions of mpifutures.h that deal with random numbers. The header has their contracts.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase
package import CMPIFutures
internal import CTasks

extension UnsafeMutablePointer<mpifutures_random> {
    /// Calls `body` with the generator, which has the same layout in C and in Swift.
    fileprivate func use<Result>(_ body: (inout CallRandom) -> Result) -> Result {
        withMemoryRebound(to: CallRandom.self, capacity: 1) { body(&$0.pointee) }
    }
}

@c @implementation
package func mpifutures_random_init(
    _ random: UnsafeMutablePointer<mpifutures_random>?,
    _ seed: UInt64,
    _ stream: UInt64
) -> CInt {
    guard let random else { return CStatus.null("the generator").setError() }
    random.use { $0 = CallRandom(seed: seed, stream: stream) }
    return Status.ok
}

@c @implementation
package func mpifutures_random_next(_ random: UnsafeMutablePointer<mpifutures_random>?) -> UInt64 {
    guard let random else {
        _ = CStatus.null("the generator").setError()
        return 0
    }
    return random.use { $0.next() }
}

@c @implementation
package func mpifutures_random_uniform(_ random: UnsafeMutablePointer<mpifutures_random>?) -> Double {
    guard let random else {
        _ = CStatus.null("the generator").setError()
        return 0
    }
    return random.use { $0.uniform() }
}

@c @implementation
package func mpifutures_random_fill(
    _ random: UnsafeMutablePointer<mpifutures_random>?,
    _ numbers: UnsafeMutablePointer<Double>?,
    _ count: Int
) -> CInt {
    guard let random else { return CStatus.null("the generator").setError() }
    guard let numbers else { return count == 0 ? Status.ok : CStatus.null("the array of numbers").setError() }
    random.use { generator in
        for index in 0..<count { numbers[index] = generator.uniform() }
    }
    return Status.ok
}
