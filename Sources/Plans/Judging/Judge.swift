/// Finds out by a value whether the `Codable` conformance of its type is the compiler's own.
///
/// The value is encoded and decoded with coders that watch. The conformance has to write each member, in order, with its
/// type and as it is in memory, and to ask for the same under the same keys; what it makes of that has to be the value.
enum Judge {
    /// Returns whether the conformance does nothing else for the value at `place`.
    ///
    /// - Parameter tag: The case of an enum; nil for a struct.
    static func accepts(
        _ type: any (Encodable & Decodable).Type,
        _ place: UnsafeRawPointer,
        _ members: JudgedMembers,
        case tag: Int?
    ) -> Bool {
        members.with(place, case: tag) { watched in
            if tag != nil, let type = type as? any (Encodable & Decodable & RawRepresentable).Type, watched.isEmpty,
                acceptsRaw(type, place, members)
            {
                return true
            }
            let watch = Watch(watched, shape: tag == nil ? .structure : .enumeration)
            return accepts(type, place, members, watch)
        }
    }

    private static func acceptsRaw<Value: Codable & RawRepresentable>(
        _ type: Value.Type,
        _ place: UnsafeRawPointer,
        _ members: JudgedMembers
    ) -> Bool {
        let watch = Watch([], shape: .raw)
        guard accepts(type, place, members, watch) else { return false }
        // What was written is the raw value itself.
        guard let written = watch.rawValue as? AnyHashable,
            let rawValue = place.assumingMemoryBound(to: type).pointee.rawValue as? AnyHashable
        else { return false }
        return written == rawValue
    }

    private static func accepts<Value: Codable>(
        _ type: Value.Type,
        _ place: UnsafeRawPointer,
        _ members: JudgedMembers,
        _ watch: Watch
    ) -> Bool {
        do {
            try place.assumingMemoryBound(to: type).pointee.encode(to: WatchingEncoder(watch: watch))
            guard watch.finishEncoding() else { return false }
            let decoded = try Value(from: WatchingDecoder(watch: watch))
            guard watch.finishDecoding() else { return false }
            return withUnsafePointer(to: decoded) { SameBytes.areSame($0, place, members.plan) }
        } catch {
            return false
        }
    }
}
