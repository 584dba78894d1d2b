// Callables that a master in C calls by name, and a Swift master of C tasks.
import MPIFutures

struct Line: RemoteCallable {
    var row: Int
    var width: Int?
    func callAsFunction() throws -> [Double] {
        guard row >= 0 else { throw Refusal(reason: "row \(row)") }
        return (0..<(width ?? 3)).map { Double(row * $0) }
    }
}

/// A result that travels as its bytes: C gets it as a map.
struct Extent: Codable, Sendable {
    var low: Int
    var high: Double
}

struct Measure: RemoteCallable {
    var scale: Double
    func callAsFunction() -> Extent { Extent(low: -1, high: scale * 2) }
}

struct Refusal: Error, Codable {
    var reason: String
}

/// The second master, which C calls.
@_cdecl("run_swift_master")
public func runSwiftMaster() -> CInt {
    do {
        try MPIPoolExecutor.with { executor in
            print(try executor.submit(CTask("square_root", 2.25, returning: Double.self)).result())
            let roots = try executor.map({ try CTask("square_root", $0, returning: Double.self) }, [1, 4, 9]).array()
            print(roots)
            let fields: KeyValuePairs<String, any Encodable> = [
                "integer": 7, "real": 0.5, "truth": true, "text": "abc", "bytes": [UInt8](repeating: 0, count: 4),
                "numbers": [Float](repeating: 1, count: 5),
            ]
            print(try executor.submit(CTask<String>("describe_named", labelled: fields)).result())
            let presence = try CTask("presence", 1, labelled: ["label": 2], returning: [Presence].self)
            print(try executor.submit(presence).result().map { "\($0)" }.joined(separator: " "))
            for call in [
                try CTask("square_root", -1, returning: Double.self), try CTask("nowhere", returning: Double.self),
            ] {
                do { print(try executor.submit(call).result()) } catch { print(error) }
            }
            do {
                print(try executor.submit(CTask("square_root", 4.0, returning: String.self)).result())
            } catch { print("another type: \(type(of: error))") }
            do { print(try CTask("2nd", returning: Int.self)) } catch { print(error) }
        }
        return 0
    } catch {
        print(error)
        return 1
    }
}

/// An integer or a truth value.
enum Presence: Codable, CustomStringConvertible {
    case count(Int)
    case flag(Bool)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
            if let flag = try? container.decode(Bool.self) { .flag(flag) } else {
                .count(try container.decode(Int.self))
            }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .count(let count): try container.encode(count)
        case .flag(let flag): try container.encode(flag)
        }
    }

    var description: String {
        switch self {
        case .count(let count): "\(count)"
        case .flag(let flag): "\(flag)"
        }
    }
}
