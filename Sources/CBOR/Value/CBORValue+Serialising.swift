extension CBORValue {
    /// Returns the deterministic encoding of the value (RFC 8949, section 4.2.1).
    package func serialised() -> [UInt8] {
        var bytes: [UInt8] = []
        serialise(appendingTo: &bytes)
        return bytes
    }

    /// Appends the deterministic encoding of the value to `bytes`.
    package func serialise(appendingTo bytes: inout [UInt8]) {
        Output.write(appendingTo: &bytes) { write(to: &$0) }
    }

    private func write(to output: inout Output) {
        switch self {
        case .unsigned(let value):
            output.writeHead(.unsigned, value)
        case .negative(let value):
            output.writeHead(.negative, value)
        case .bytes(let content):
            content.withUnsafeBytes { output.writeBytes($0) }
        case .text(let text):
            CBORValue.write(text, to: &output)
        case .array(let elements):
            output.writeHead(.array, count: elements.count)
            for element in elements {
                element.write(to: &output)
            }
        case .map(let entries):
            CBORValue.write(entries, to: &output)
        case .tagged(let tag, let value):
            output.writeHead(.tag, tag)
            value.write(to: &output)
        case .bool(let value):
            value.write(to: &output)
        case .null:
            output.writeByte(SimpleByte.null)
        case .undefined:
            output.writeByte(SimpleByte.undefined)
        case .simple(let value):
            output.writeHead(.simple, UInt64(value.rawValue))
        case .float(let value):
            value.writeShortest(to: &output)
        }
    }
}

extension CBORValue {
    /// Writes a map with its entries sorted by the bytes of their encoded keys, which must all be different.
    @inline(never)
    private static func write(_ entries: [Entry], to output: inout Output) {
        output.writeHead(.map, count: entries.count)
        let sorted = entries.map { (key: $0.key.keyBytes(), value: $0.value) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for entry in sorted {
            entry.key.withUnsafeBytes { output.writeRaw($0) }
            entry.value.write(to: &output)
        }
    }

    /// Returns the encoding of a key. Uses little of the stack, since keys may have keys.
    @inline(never)
    private func keyBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        Output.write(appendingTo: &bytes, scratchSize: 32) { write(to: &$0) }
        return bytes
    }

    @inline(never)
    private static func write(_ text: String, to output: inout Output) {
        output.writeText(text)
    }
}

extension Double {
    /// Writes a floating-point number in the fewest bytes that keep all of its bits.
    @inline(never)
    fileprivate func writeShortest(to output: inout Output) {
        if let half = FloatBits.half(exactly: self) {
            output.write(SimpleByte.half, half)
        } else if let single = FloatBits.single(exactly: self) {
            output.write(SimpleByte.single, single)
        } else {
            output.write(SimpleByte.double, bitPattern)
        }
    }
}
