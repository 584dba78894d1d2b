/// Reads the elements of a typed array one by one, for types that do not take it as a whole, like sets.
struct TypedArrayDecoder: UnkeyedDecodingContainer {
    let state: DecodingState
    let id: DecodingFrameID
    let numbers: TypedArrayContent
    private(set) var currentIndex = 0

    init(state: DecodingState, id: DecodingFrameID, numbers: TypedArrayContent) {
        self.state = state
        self.id = id
        self.numbers = numbers
    }

    var codingPath: [any CodingKey] { state.codingPath(of: id.index) }
    var count: Int? { numbers.count }
    var isAtEnd: Bool { currentIndex >= numbers.count }

    mutating func decodeNil() throws -> Bool {
        false
    }

    /// Takes the next element.
    private func next(_ type: Any.Type) throws -> Number {
        try state.check(id)
        guard !isAtEnd else {
            let description = "no element \(currentIndex) in the typed array at byte \(numbers.start)"
            throw DecodingError.valueNotFound(type, .init(codingPath: path, debugDescription: description))
        }
        return state.reader.number(currentIndex, of: numbers)
    }

    private mutating func read<Value: NumberScalar>(_ type: Value.Type) throws -> Value {
        let number = try next(type)
        guard let value = Value(number) else {
            let offset = numbers.start + currentIndex * numbers.tag.width
            let error = state.reader.unrepresentable(number, as: type, at: offset)
            throw state.translate(error, type, parent: id.index, key: IndexKey(currentIndex))
        }
        currentIndex += 1
        return value
    }

    private mutating func wide<Value: WideInteger>(_ type: Value.Type) throws -> Value {
        let number = try next(type)
        let offset = numbers.start + currentIndex * numbers.tag.width
        do throws(CBORError) {
            let value = try state.reader.wide(type, number, at: offset)
            currentIndex += 1
            return value
        } catch {
            throw state.translate(error, type, parent: id.index, key: IndexKey(currentIndex))
        }
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let number = try next(type)
        // A user's type reads an element like any other number, so the element is encoded for it.
        var element: [UInt8] = []
        Output.write(appendingTo: &element) { output in
            switch number {
            case .unsigned(let value): output.writeHead(.unsigned, value)
            case .negative(let value): output.writeHead(.negative, value)
            case .float(let value): value.write(to: &output)
            }
        }
        let value = try CBORDecoder(depthLimit: state.depthLimit).decode(type, from: element)
        currentIndex += 1
        return value
    }

    private var path: [any CodingKey] { codingPath + [IndexKey(currentIndex)] }

    mutating func nestedContainer<Nested>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        throw notNested([String: Any].self)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw notNested([Any].self)
    }

    mutating func superDecoder() throws -> any Decoder {
        throw notNested((any Decoder).self)
    }

    private func notNested(_ type: Any.Type) -> DecodingError {
        let description = "found a number in the typed array at byte \(numbers.start)"
        return .typeMismatch(type, .init(codingPath: path, debugDescription: description))
    }
}

// `Codable` has a function for each number type.
extension TypedArrayDecoder {
    mutating func decode(_ type: Double.Type) throws -> Double { try read(type) }
    mutating func decode(_ type: Float.Type) throws -> Float { try read(type) }
    mutating func decode(_ type: Int.Type) throws -> Int { try read(type) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try read(type) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try read(type) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try read(type) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try read(type) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try read(type) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try read(type) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try read(type) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try read(type) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try read(type) }
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try wide(type) }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try wide(type) }
}
