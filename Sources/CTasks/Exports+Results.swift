// The functions of mpifutures.h that end a task with a result or a failure. The header has their contracts.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase
internal import CBOR
package import CMPIFutures

/// Sets a result. If the result is not valid, the call fails.
private func setResult(_ call: OpaquePointer?, _ set: (TaskCall) -> CStatus?) -> CInt {
    guard let call = taskCall(call) else { return CStatus.null("the call").setError() }
    guard let failure = set(call) else { return Status.ok }
    call.note(failure.message)
    return failure.setError()
}

@c @implementation
package func mpifutures_return_null(_ call: OpaquePointer?) -> CInt {
    setResult(call) {
        $0.setResult { ItemHead.null(to: $0) }
        return nil
    }
}

@c @implementation
package func mpifutures_return_int64(_ call: OpaquePointer?, _ number: Int64) -> CInt {
    setResult(call) {
        $0.setResult { ItemHead.integer(number, to: $0) }
        return nil
    }
}

@c @implementation
package func mpifutures_return_double(_ call: OpaquePointer?, _ number: Double) -> CInt {
    setResult(call) {
        $0.setResult { ItemHead.real(number, to: $0) }
        return nil
    }
}

@c @implementation
package func mpifutures_return_bool(_ call: OpaquePointer?, _ truth: Bool) -> CInt {
    setResult(call) {
        $0.setResult { ItemHead.bool(truth, to: $0) }
        return nil
    }
}

@c @implementation
package func mpifutures_return_string(_ call: OpaquePointer?, _ text: UnsafePointer<CChar>?) -> CInt {
    setResult(call) { call in
        guard let text else { return .null("the result's text") }
        let bytes = textBytes(text)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            return CStatus(Status.invalid, "the result's text is not UTF-8")
        }
        if let problem = call.problem(withResultOf: bytes.count) { return CStatus(Status.invalid, problem) }
        call.setResult(UnsafeRawBufferPointer(bytes)) { ItemHead.text(count: bytes.count, to: $0) }
        return nil
    }
}

@c @implementation
package func mpifutures_return_bytes(_ call: OpaquePointer?, _ bytes: UnsafeRawPointer?, _ size: Int) -> CInt {
    setResult(call) { call in
        guard bytes != nil || size == 0 else { return CStatus(Status.invalid, "the result's bytes are NULL") }
        if let problem = call.problem(withResultOf: size) { return CStatus(Status.invalid, problem) }
        let content = UnsafeRawBufferPointer(start: bytes, count: size)
        call.setResult(content) { ItemHead.bytes(count: size, to: $0) }
        return nil
    }
}

@c @implementation
package func mpifutures_return_array(
    _ call: OpaquePointer?,
    _ type: mpifutures_type,
    _ elements: UnsafeRawPointer?,
    _ count: Int
) -> CInt {
    guard elements != nil || count == 0 else {
        return setResult(call) { _ in CStatus(Status.invalid, "the result's elements are NULL") }
    }
    guard let buffer = mpifutures_return_buffer(call, type, count) else { return Status.invalid }
    let width = NumberFormat(rawValue: UInt8(clamping: type.rawValue))?.width ?? 0
    if let elements { buffer.copyMemory(from: elements, byteCount: count * width) }
    return Status.ok
}

@c @implementation
package func mpifutures_return_buffer(
    _ call: OpaquePointer?,
    _ type: mpifutures_type,
    _ count: Int
) -> UnsafeMutableRawPointer? {
    var buffer: UnsafeMutableRawPointer?
    _ = setResult(call) { call in
        guard let format = NumberFormat(rawValue: UInt8(clamping: type.rawValue)) else {
            return CStatus(Status.invalid, "a result's numbers must be of one type, and \(type.rawValue) is none")
        }
        // A C size above the signed range arrives as a negative number.
        let (size, overflows) = count.multipliedReportingOverflow(by: format.width)
        guard count >= 0, !overflows, call.problem(withResultOf: size) == nil else {
            return CStatus(Status.invalid, "a result of \(UInt(bitPattern: count)) numbers is larger than memory")
        }
        buffer = call.setResult(format, count: count)
        return nil
    }
    return buffer
}

@c @implementation
package func mpifutures_return_cbor(_ call: OpaquePointer?, _ bytes: UnsafeRawPointer?, _ size: Int) -> CInt {
    setResult(call) { call in
        guard let bytes else { return CStatus(Status.invalid, "the result's bytes are NULL") }
        if let problem = call.problem(withResultOf: size) { return CStatus(Status.invalid, problem) }
        do throws(CBORError) {
            let item = UnsafeRawBufferPointer(start: bytes, count: size)
            _ = try Item(checking: item)
            call.setResult(item)
            return nil
        } catch {
            return CStatus(Status.malformed, "the result is not one data item: \(error)")
        }
    }
}

@c @implementation
package func mpifutures_fail(_ call: OpaquePointer?, _ message: UnsafePointer<CChar>?) -> CInt {
    guard let call = taskCall(call) else { return CStatus.null("the call").setError() }
    call.fail(message.map { String(cString: $0) } ?? "the task failed without a message")
    return Status.failed
}
