import MPIFutures
import Testing

@Suite("Arrays in huge pages")
struct HugePageTests {
    private struct Problem: Error {}

    @Test("An array in huge pages has the elements that were appended", arguments: [0, 1, 1000, 3 << 20])
    func elements(count: Int) {
        let array = [Int32](hugePageCapacity: count) { output in
            for index in 0..<count { output.append(Int32(index)) }
        }
        #expect(array.elementsEqual(0..<Int32(count)))
    }

    @Test("An array in huge pages may have fewer elements than its capacity")
    func fewer() {
        let array = [Double](hugePageCapacity: 1 << 20) { $0.append(0.5) }
        #expect(array == [0.5])
    }

    @Test("An error of the function that fills an array in huge pages is thrown")
    func failure() {
        #expect(throws: Problem.self) {
            try [UInt8](hugePageCapacity: 1 << 23) { output in
                output.append(1)
                throw Problem()
            }
        }
    }
}
