extension Output {
    /// Writes numbers as a typed array: a tag and one byte string in the machine's byte order (RFC 8746).
    ///
    /// Bytes are the exception: a byte string says by itself what it holds, and goes without a tag.
    mutating func writeTypedArray<Element: NumberScalar>(_ elements: [Element]) {
        if Element.self != UInt8.self {
            writeHead(.tag, Element.typedArrayTag.number)
        }
        elements.withUnsafeBytes { writeBytes($0) }
    }

    /// Writes a plain array.
    mutating func writeArray<Element: Scalar>(_ elements: [Element]) {
        writeHead(.array, count: elements.count)
        for element in elements {
            element.write(to: &self)
        }
    }
}
