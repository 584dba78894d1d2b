import Testing

@testable import Journals

@Suite("SipHash")
struct SipHashTests {
    private let key = SipHash.Words(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)

    /// The vectors are those of the reference implementation, as `openssl mac SIPHASH` prints them.
    @Test(
        "SipHash has the reference implementation's hashes of 128 bits",
        arguments: [
            (0, "A3817F04BA25A8E66DF67214C7550293"), (8, "3B62A9BA6258F5610F83E264F31497B4"),
            (15, "5493E99933B0A8117E08EC0F97CFC3D9"),
        ]
    )
    func long(count: Int, expected: String) {
        let bytes = (0..<count).map { UInt8($0) }
        let hash = bytes.withUnsafeBytes { SipHash(key: key, isLong: true).hash128($0) }
        #expect(hexadecimal(hash.low) + hexadecimal(hash.high) == expected)
    }

    @Test("SipHash has the reference implementation's hashes of 64 bits")
    func short() {
        let bytes = (0..<15).map { UInt8($0) }
        let hash = bytes.withUnsafeBytes { SipHash(key: key, isLong: false).hash64($0) }
        #expect(hexadecimal(hash) == "E545BE4961CA29A1")
    }

    @Test("SipHash of words that are added one by one is that of their bytes")
    func words() {
        let bytes = (0..<37).map { UInt8($0) }
        var parts = SipHash(key: key, isLong: true)
        parts.add(0x0706_0504_0302_0100)
        parts.add(0x0f0e_0d0c_0b0a_0908)
        let rest = Array(bytes[16...]).withUnsafeBytes { [parts] in parts.hash128($0) }
        #expect(rest == bytes.withUnsafeBytes { SipHash(key: key, isLong: true).hash128($0) })
    }

    @Test("SipHash tells sequences of blocks from each other that have the same bytes")
    func blocks() {
        let inputs: [[[UInt8]]] = [[[1, 2], [3]], [[1], [2, 3]], [[1, 2, 3]], [[], [1, 2, 3]], [[1, 2, 3, 0]]]
        let hashes = inputs.map { blocks in
            var hash = SipHash(key: key, isLong: true)
            for block in blocks { block.withUnsafeBytes { hash.add(block: $0) } }
            return hash.hash128(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        #expect(Set(hashes).count == inputs.count)
    }

    /// The bytes of a word in the order of memory.
    private func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word.byteSwapped, radix: 16, uppercase: true)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
