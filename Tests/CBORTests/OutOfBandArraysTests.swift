import CBOR
import Testing

@Suite("Out-of-band arrays of an encoding")
struct OutOfBandArraysTests {
    struct Picture: Codable, Equatable {
        var name: String
        var pixels: [UInt8]
        var weights: [[Double]]
        var small: [Int]
    }

    private let picture = Picture(
        name: "a picture",
        pixels: (0..<100_000).map { UInt8(truncatingIfNeeded: $0) },
        weights: [[1], (0..<10_000).map(Double.init)],
        small: [1, 2, 3]
    )

    @Test("Out-of-band arrays of an encoding leave a few bytes in it, and are the value's own memory")
    func encoding() throws {
        let outOfBand = OutOfBandArrays()
        let bytes = try CBOREncoder().encode(picture, outOfBand: outOfBand)
        #expect(bytes.count < 200)
        #expect(outOfBand.arrays.map(\.bytes.count) == [100_000, 80_000])
        picture.pixels.withUnsafeBytes {
            #expect($0.baseAddress == UnsafeRawPointer(outOfBand.arrays[0].bytes.baseAddress))
        }
    }

    @Test("Out-of-band arrays of an encoding make the same value again, which uses their memory")
    func decoding() throws {
        let outOfBand = OutOfBandArrays()
        let bytes = try CBOREncoder().encode(picture, outOfBand: outOfBand)
        let copies = try outOfBand.arrays.map { array in
            let copy = try #require(NumberArray.make(code: array.code, byteCount: array.bytes.count))
            copy.bytes.copyMemory(from: UnsafeRawBufferPointer(array.bytes))
            return copy
        }
        let decoded = try bytes.withUnsafeBytes { try CBORDecoder().decode(Picture.self, from: $0, outOfBand: copies) }
        #expect(decoded == picture)
        decoded.pixels.withUnsafeBytes { #expect($0.baseAddress == UnsafeRawPointer(copies[0].bytes.baseAddress)) }
    }

    @Test("An out-of-band array of numbers is its sender's memory, and its receiver's, where no type is known")
    func sameMemory() throws {
        func check<Element>(_ elements: [Element]) throws {
            let outOfBand = OutOfBandArrays()
            #expect(outOfBand.add(bytesOf: elements) == 0)
            let received = try #require(outOfBand.arrays[0].elements(as: Element.self))
            elements.withUnsafeBytes { own in
                #expect(own.baseAddress == UnsafeRawPointer(outOfBand.arrays[0].bytes.baseAddress))
                received.withUnsafeBytes { #expect($0.baseAddress == own.baseAddress) }
            }
        }
        try check(picture.pixels)
        try check(picture.weights[1])
    }

    /// Reads an array of bytes as one of integers, and a set of it.
    struct Otherwise: Codable, Equatable {
        var pixels: [Int]
        var weights: [Set<Double>]
    }

    @Test("Out-of-band arrays of an encoding are copied for a type that reads them in another way than it was written")
    func otherType() throws {
        let outOfBand = OutOfBandArrays()
        let bytes = try CBOREncoder().encode(picture, outOfBand: outOfBand)
        let decoded = try bytes.withUnsafeBytes {
            try CBORDecoder().decode(Otherwise.self, from: $0, outOfBand: outOfBand.arrays)
        }
        #expect(decoded == Otherwise(pixels: picture.pixels.map(Int.init), weights: picture.weights.map { Set($0) }))
    }

    @Test("Out-of-band arrays of an encoding are refused where a reference finds none")
    func missing() throws {
        let outOfBand = OutOfBandArrays()
        let bytes = try CBOREncoder().encode(picture, outOfBand: outOfBand)
        #expect(throws: (any Error).self) {
            try bytes.withUnsafeBytes {
                try CBORDecoder().decode(Picture.self, from: $0, outOfBand: [outOfBand.arrays[0]])
            }
        }
        #expect(throws: (any Error).self) { try CBORDecoder().decode(Picture.self, from: bytes) }
    }

    @Test("Out-of-band arrays of an encoding have a type of numbers and whole elements")
    func make() {
        let outOfBand = OutOfBandArrays()
        _ = try? CBOREncoder().encode([Double](repeating: 0, count: 10_000), outOfBand: outOfBand)
        #expect(NumberArray.make(code: outOfBand.arrays[0].code, byteCount: 7) == nil)
        #expect(NumberArray.make(code: 255, byteCount: 8) == nil)
        #expect(NumberArray.make(code: 0, byteCount: 8) == nil)
    }

    @Test("Out-of-band arrays of an encoding stay in the encoding beyond the greatest number of out-of-band arrays")
    func most() throws {
        let outOfBand = OutOfBandArrays()
        let arrays = [[Float]](repeating: [Float](repeating: 1, count: 1 << 14), count: OutOfBandArrays.most + 1)
        let bytes = try CBOREncoder().encode(arrays, outOfBand: outOfBand)
        #expect(outOfBand.arrays.count == OutOfBandArrays.most)
        let decoded = try bytes.withUnsafeBytes {
            try CBORDecoder().decode([[Float]].self, from: $0, outOfBand: outOfBand.arrays)
        }
        #expect(decoded == arrays)
    }
}
