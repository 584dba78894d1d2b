import CMPIFutures
import Support
import Testing

@testable import MPIFutures

@Suite("Random numbers of calls")
struct CallRandomTests {
    @Test("Philox computes the blocks that its authors have published", arguments: KnownBlock.all)
    func published(_ known: KnownBlock) {
        let block = Philox.block(counter: known.counter, key: known.key)
        #expect([block.0, block.1, block.2, block.3] == known.numbers)
    }

    @Test("A stream has the bits of NumPy's Philox with the same seed and stream")
    func numpy() {
        // numpy.random.Philox(key=[42, 7]).random_raw(9)
        let expected: [UInt64] = [
            0xa640_64f3_4e84_b9a3, 0xe287_959a_866a_08fd, 0x8dc1_81f0_09b9_6c03, 0xf3f6_001d_4fa8_3454,
            0x69c6_33ee_791d_f6b3, 0x8932_7f7a_8f01_27a4, 0x1ed8_2604_5899_6ff6, 0x4299_f743_3fb1_683e,
            0x3805_4e68_eaff_7c8a,
        ]
        var random = CallRandom(seed: 42, stream: 7)
        #expect(expected.indices.map { _ in random.next() } == expected)
    }

    @Test("Numbers between 0 and 1 are those of NumPy's Generator.random")
    func uniform() {
        // numpy.random.Generator(numpy.random.Philox(key=[42, 7])).random(5)
        let expected = [
            0x1.4c80c9e69d097p-1, 0x1.c50f2b350cd41p-1, 0x1.1b8303e01372dp-1, 0x1.e7ec003a9f506p-1,
            0x1.a718cfb9e477cp-2,
        ]
        var random = CallRandom(seed: 42, stream: 7)
        #expect(expected.indices.map { _ in random.uniform() } == expected)
    }

    @Test("A generator that was encoded in the middle of a block goes on where it was", arguments: 0..<9)
    func coding(drawn: Int) throws {
        var random = CallRandom(seed: 1, stream: 2)
        for _ in 0..<drawn { _ = random.next() }
        var copy = random
        try ThreadPoolExecutor.with(maxWorkers: 1) { executor in
            let numbers = try executor.submit(Draw(random: random)).result()
            #expect(numbers == (0..<10).map { _ in copy.next() })
        }
    }

    @Test("A generator in C has the numbers of the one in Swift")
    func cInterface() {
        var random = CallRandom(seed: 3, stream: 4)
        var inC = mpifutures_random()
        #expect(mpifutures_random_init(&inC, 3, 4) == MPIFUTURES_OK)
        for _ in 0..<3 { #expect(mpifutures_random_next(&inC) == random.next()) }
        #expect(mpifutures_random_uniform(&inC) == random.uniform())
        var numbers = [Double](repeating: -1, count: 6)
        #expect(mpifutures_random_fill(&inC, &numbers, 6) == MPIFUTURES_OK)
        #expect(numbers == (0..<6).map { _ in random.uniform() })
        #expect(mpifutures_random_fill(&inC, nil, 0) == MPIFUTURES_OK)
        #expect(mpifutures_random_fill(&inC, nil, 1) == MPIFUTURES_INVALID)
        #expect(mpifutures_random_init(nil, 0, 0) == MPIFUTURES_INVALID)
    }
}

/// A test vector of the library Random123: `philox4x64 10` in its file `kat_vectors`.
struct KnownBlock: Sendable {
    let counter: Philox.Block
    let key: (UInt64, UInt64)
    let numbers: [UInt64]

    static let all = [
        KnownBlock(
            counter: (0, 0, 0, 0),
            key: (0, 0),
            numbers: [0x1655_4d9e_ca36_314c, 0xdb20_fe9d_672d_0fdc, 0xd7e7_72ce_e186_176b, 0x7e68_b68a_ec7b_a23b]
        ),
        KnownBlock(
            counter: (.max, .max, .max, .max),
            key: (.max, .max),
            numbers: [0x87b0_92c3_013f_e90b, 0x438c_3c67_be8d_0224, 0x9cc7_d7c6_9cd7_77b6, 0xa09c_aebf_594f_0ba0]
        ),
        KnownBlock(
            counter: (0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89),
            key: (0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c),
            numbers: [0xa528_f454_03e6_1d95, 0x38c7_2dbd_566e_9788, 0xa5a1_610e_72fd_18b5, 0x57bd_43b5_e52b_7fe6]
        ),
    ]
}

private struct Draw: RemoteCallable {
    var random: CallRandom

    func callAsFunction() -> [UInt64] {
        var random = random
        return (0..<10).map { _ in random.next() }
    }
}
