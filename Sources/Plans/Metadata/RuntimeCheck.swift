/// Checks on known types what plans assume of the runtime's metadata.
///
/// On a runtime that differs no type has a plan, and all values travel as CBOR.
enum RuntimeCheck {
    static let isPassed: Bool =
        MemoryLayout<Int>.size == 8 && hasFields && hasTuples && hasCases && hasOptionals && hasBoxes
        && hasDictionaries && hasSets

    private struct Probe<T> {
        var a: UInt8 = 1
        var b: Int64 = 2
        var c: String = "three"
        var d: T
    }

    private static var hasFields: Bool {
        guard let fields = Metadata(Probe<UInt16>.self).fields, Metadata(Probe<UInt16>.self).kind == .structure else {
            return false
        }
        let witnesses = Metadata(Probe<UInt16>.self).witnesses
        return fields.map(\.offset) == [0, 8, 16, 32]
            && fields.map { ObjectIdentifier($0.type) }
                == [
                    ObjectIdentifier(UInt8.self), ObjectIdentifier(Int64.self), ObjectIdentifier(String.self),
                    ObjectIdentifier(UInt16.self),
                ]
            && witnesses.size == 34 && witnesses.stride == 40 && witnesses.alignment == 8 && !witnesses.isTrivial
            && witnesses.isBitwiseTakable && Metadata(Int.self).witnesses.isTrivial
            && !Metadata(Weak.self).witnesses.isBitwiseTakable
    }

    private final class Object {}
    private struct Weak { weak var object: Object? }

    private static var hasTuples: Bool {
        let tuple = Metadata((Bool, x: Int).self)
        return tuple.kind == .tuple && tuple.fields?.map(\.offset) == [0, 8]
    }

    private enum Cases<T> {
        case empty
        case pair(Int32, x: T)
        case text(String)
        case other
        indirect case boxed(String)
    }

    private static var hasCases: Bool {
        let metadata = Metadata(Cases<Double>.self)
        let witnesses = metadata.witnesses
        guard metadata.kind == .enumeration, let cases = metadata.cases, witnesses.hasEnumWitnesses,
            cases.map({ $0.payload.map { ObjectIdentifier($0) } }) == [
                ObjectIdentifier((Int32, x: Double).self), ObjectIdentifier(String.self),
                ObjectIdentifier(String.self), nil, nil,
            ],
            cases.map(\.isIndirect) == [false, false, true, false, false]
        else { return false }
        let values: [Cases<Double>] = [.pair(1, x: 2), .text("three"), .boxed("four"), .empty, .other]
        for (tag, value) in values.enumerated() {
            let isSame = withUnsafePointer(to: value) { witnesses.tag(of: $0) == tag }
            guard isSame else { return false }
        }
        // A payload is read and made.
        return withUnsafeTemporaryAllocation(of: Cases<Double>.self, capacity: 1) { place in
            let place = UnsafeMutableRawPointer(place.baseAddress.unsafelyUnwrapped)
            withUnsafePointer(to: values[1]) {
                place.copyMemory(from: $0, byteCount: MemoryLayout<Cases<Double>>.size)
            }
            witnesses.projectPayload(place)
            guard place.assumingMemoryBound(to: String.self).pointee == "three" else { return false }
            place.assumingMemoryBound(to: String.self).initialize(to: "a text that is longer than sixteen bytes")
            witnesses.injectTag(1, place)
            let made = place.assumingMemoryBound(to: Cases<Double>.self).move()
            guard case .text("a text that is longer than sixteen bytes") = made else { return false }
            return true
        }
    }

    private static var hasOptionals: Bool {
        let witnesses = Metadata(Int?.self).witnesses
        guard Metadata(Int?.self).kind == .optional, witnesses.size == 9 else { return false }
        return withUnsafeTemporaryAllocation(of: Int?.self, capacity: 1) { place in
            let bytes = UnsafeMutableRawPointer(place.baseAddress.unsafelyUnwrapped)
            place.initializeElement(at: 0, to: nil)
            guard witnesses.tag(of: bytes) == 1, bytes.load(fromByteOffset: 8, as: UInt8.self) == 1 else {
                return false
            }
            bytes.storeBytes(of: 5, as: Int.self)
            witnesses.injectTag(0, bytes)
            return place[0] == 5 && bytes.load(fromByteOffset: 8, as: UInt8.self) == 0
        }
    }

    private static var hasBoxes: Bool {
        let witnesses = Metadata(Cases<Int>.self).witnesses
        return withUnsafeTemporaryAllocation(of: Cases<Int>.self, capacity: 1) { place in
            let bytes = UnsafeMutableRawPointer(place.baseAddress.unsafelyUnwrapped)
            PayloadBoxes.make(String.self, at: bytes) { $0.initializeMemory(as: String.self, to: "boxed") }
            witnesses.injectTag(2, bytes)
            let made = place.moveElement(from: 0)
            guard case .boxed("boxed") = made else { return false }
            return withUnsafePointer(to: made) { made in
                bytes.copyMemory(from: made, byteCount: MemoryLayout<Cases<Int>>.size)
                witnesses.projectPayload(bytes)
                let alignment = MemoryLayout<String>.alignment
                return PayloadBoxes.payload(bytes, alignment: alignment).assumingMemoryBound(to: String.self).pointee
                    == "boxed"
            }
        }
    }
}

// MARK: - Tables

extension RuntimeCheck {
    /// The numbers of entries of the tables that are checked. The bits of the buckets fill a part of a word, a whole one,
    /// and several.
    private static let tableSizes = [0, 1, 3, 40, 500]

    private static var hasDictionaries: Bool {
        guard MemoryLayout<[String: Int]>.size == 8 else { return false }
        return tableSizes.allSatisfy { size in
            let known = [String: Int](uniqueKeysWithValues: (0..<size).map { ("key number \($0)", $0) })
            var made = [String: Int](minimumCapacity: size)
            let isCopied = withUnsafePointer(to: known) { known in
                withUnsafeMutablePointer(to: &made) { made in
                    let (known, made) = (HashTable(.dictionary, at: known), HashTable(.dictionary, at: made))
                    return copies(known, to: made, size) { from, to in
                        let values = known.values.assumingMemoryBound(to: Int.self)
                        (made.values.assumingMemoryBound(to: Int.self) + to).initialize(to: values[from])
                    }
                }
            }
            return isCopied && made == known && known.allSatisfy { made[$0.key] == $0.value }
        }
    }

    private static var hasSets: Bool {
        guard MemoryLayout<Set<String>>.size == 8 else { return false }
        return tableSizes.allSatisfy { size in
            let known = Set((0..<size).map { "element number \($0)" })
            var made = Set<String>(minimumCapacity: size)
            let isCopied = withUnsafePointer(to: known) { known in
                withUnsafeMutablePointer(to: &made) { made in
                    copies(HashTable(.set, at: known), to: HashTable(.set, at: made), size) { _, _ in }
                }
            }
            return isCopied && made == known && known.allSatisfy { made.contains($0) }
        }
    }

    /// Copies the entries of a table of strings to an empty one, as plans do. Returns false if the tables do not lie in
    /// memory as expected.
    private static func copies(
        _ known: HashTable,
        to made: HashTable,
        _ count: Int,
        _ copyValue: (_ from: Int, _ to: Int) -> Void
    ) -> Bool {
        // All empty tables share one object, of which plans read the count only.
        if count == 0 { return known.count == 0 }
        guard known.isSound(count: count, String.self), made.isSound(count: 0, String.self), made.capacity >= count
        else {
            return false
        }
        let (knownKeys, madeKeys) = (
            known.keys.assumingMemoryBound(to: String.self), made.keys.assumingMemoryBound(to: String.self)
        )
        var visited = 0
        known.forEachBucket { from in
            let key = knownKeys[from]
            let hash = key._rawHashValue(seed: made.seed)
            guard let to = made.bucket(forHash: hash, unless: { madeKeys[$0] == key }) else { return }
            (madeKeys + to).initialize(to: key)
            copyValue(from, to)
            made.occupy(to)
            visited += 1
        }
        return visited == count && made.count == count
    }
}
