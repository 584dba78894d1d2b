// The functions of mpifutures.h that give a task its arguments. The header has their contracts.
//
// swift-format-ignore-file: AlwaysUseLowerCamelCase
internal import CBOR
package import CMPIFutures

/// Returns the call that a task passes, or nil for NULL.
func taskCall(_ call: OpaquePointer?) -> TaskCall? {
    call.map { Unmanaged<TaskCall>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
}

@c @implementation
package func mpifutures_argument_count(_ call: OpaquePointer?) -> Int {
    (try? taskCall(call)?.arguments.count()) ?? 0
}

@c @implementation
package func mpifutures_has_argument(_ call: OpaquePointer?, _ position: Int) -> Bool {
    taskCall(call)?.argument(position) != nil
}

@c @implementation
package func mpifutures_has_argument_named(_ call: OpaquePointer?, _ label: UnsafePointer<CChar>?) -> Bool {
    guard let label else { return false }
    return taskCall(call)?.argument(textBytes(label)) != nil
}

@c @implementation
package func mpifutures_get(
    _ call: OpaquePointer?,
    _ position: Int,
    _ value: UnsafeMutablePointer<mpifutures_value>?
) -> CInt {
    guard let call = taskCall(call), let value else {
        return CStatus.null("the call, or the place for the value,").setError()
    }
    guard let item = call.argument(position) else { return call.missing("\(position)") }
    value.pointee = call.source.value(item)
    return Status.ok
}

@c @implementation
package func mpifutures_get_named(
    _ call: OpaquePointer?,
    _ label: UnsafePointer<CChar>?,
    _ value: UnsafeMutablePointer<mpifutures_value>?
) -> CInt {
    guard let call = taskCall(call), let label, let value else {
        return CStatus.null("the call, the label, or the place for the value,").setError()
    }
    guard let item = call.argument(textBytes(label)) else { return call.missing("'\(String(cString: label))'") }
    value.pointee = call.source.value(item)
    return Status.ok
}

// MARK: - In one form or another

/// Gets an argument and reads it.
private func read(
    _ call: OpaquePointer?,
    _ position: Int,
    _ body: (UnsafePointer<mpifutures_value>) -> CInt
) -> CInt {
    var value = mpifutures_value()
    let status = mpifutures_get(call, position, &value)
    return status == Status.ok ? body(&value) : status
}

private func read(
    _ call: OpaquePointer?,
    _ label: UnsafePointer<CChar>?,
    _ body: (UnsafePointer<mpifutures_value>) -> CInt
) -> CInt {
    var value = mpifutures_value()
    let status = mpifutures_get_named(call, label, &value)
    return status == Status.ok ? body(&value) : status
}

@c @implementation
package func mpifutures_get_int64(
    _ call: OpaquePointer?,
    _ position: Int,
    _ number: UnsafeMutablePointer<Int64>?
) -> CInt {
    read(call, position) { mpifutures_value_int64($0, number) }
}

@c @implementation
package func mpifutures_get_double(
    _ call: OpaquePointer?,
    _ position: Int,
    _ number: UnsafeMutablePointer<Double>?
) -> CInt {
    read(call, position) { mpifutures_value_double($0, number) }
}

@c @implementation
package func mpifutures_get_bool(
    _ call: OpaquePointer?,
    _ position: Int,
    _ truth: UnsafeMutablePointer<Bool>?
) -> CInt {
    read(call, position) { mpifutures_value_bool($0, truth) }
}

@c @implementation
package func mpifutures_get_string(
    _ call: OpaquePointer?,
    _ position: Int,
    _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ length: UnsafeMutablePointer<Int>?
) -> CInt {
    read(call, position) { mpifutures_value_string($0, text, length) }
}

@c @implementation
package func mpifutures_get_bytes(
    _ call: OpaquePointer?,
    _ position: Int,
    _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?,
    _ size: UnsafeMutablePointer<Int>?
) -> CInt {
    read(call, position) { mpifutures_value_bytes($0, bytes, size) }
}

@c @implementation
package func mpifutures_get_array(
    _ call: OpaquePointer?,
    _ position: Int,
    _ type: mpifutures_type,
    _ array: UnsafeMutablePointer<mpifutures_array>?
) -> CInt {
    read(call, position) { mpifutures_value_array($0, type, array) }
}

@c @implementation
package func mpifutures_get_int64_named(
    _ call: OpaquePointer?,
    _ label: UnsafePointer<CChar>?,
    _ number: UnsafeMutablePointer<Int64>?
) -> CInt {
    read(call, label) { mpifutures_value_int64($0, number) }
}

@c @implementation
package func mpifutures_get_double_named(
    _ call: OpaquePointer?,
    _ label: UnsafePointer<CChar>?,
    _ number: UnsafeMutablePointer<Double>?
) -> CInt {
    read(call, label) { mpifutures_value_double($0, number) }
}

@c @implementation
package func mpifutures_get_bool_named(
    _ call: OpaquePointer?,
    _ label: UnsafePointer<CChar>?,
    _ truth: UnsafeMutablePointer<Bool>?
) -> CInt {
    read(call, label) { mpifutures_value_bool($0, truth) }
}

@c @implementation
package func mpifutures_get_string_named(
    _ call: OpaquePointer?,
    _ label: UnsafePointer<CChar>?,
    _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ length: UnsafeMutablePointer<Int>?
) -> CInt {
    read(call, label) { mpifutures_value_string($0, text, length) }
}

@c @implementation
package func mpifutures_get_bytes_named(
    _ call: OpaquePointer?,
    _ label: UnsafePointer<CChar>?,
    _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?,
    _ size: UnsafeMutablePointer<Int>?
) -> CInt {
    read(call, label) { mpifutures_value_bytes($0, bytes, size) }
}

@c @implementation
package func mpifutures_get_array_named(
    _ call: OpaquePointer?,
    _ label: UnsafePointer<CChar>?,
    _ type: mpifutures_type,
    _ array: UnsafeMutablePointer<mpifutures_array>?
) -> CInt {
    read(call, label) { mpifutures_value_array($0, type, array) }
}
