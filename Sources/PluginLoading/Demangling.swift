import Glibc

/// Returns a linker symbol as its author wrote it. Names of Swift and C++ are demangled, and others stay as they are.
func demangled(_ symbol: String) -> String {
    var length = 0
    var status: Int32 = 0
    let text: UnsafeMutablePointer<CChar>?
    if symbol.hasPrefix("$s") || symbol.hasPrefix("$S") {
        text = swiftDemangle(symbol, symbol.utf8.count, nil, &length, 0)
    } else if symbol.hasPrefix("_Z"), let function = dlsym(nil, "__cxa_demangle") {
        // libswiftCore links the C++ library. Without that, the name stays as it is.
        text = unsafeBitCast(function, to: CXXDemangle.self)(symbol, nil, nil, &status)
    } else {
        return symbol
    }
    guard let text else { return symbol }
    defer { free(text) }
    return String(cString: text)
}

/// `abi::__cxa_demangle` of the Itanium C++ ABI.
private typealias CXXDemangle =
    @convention(c) (
        UnsafePointer<CChar>, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<Int32>
    ) -> UnsafeMutablePointer<CChar>?

/// The Swift runtime's demangler. It allocates the result with `malloc`.
@_silgen_name("swift_demangle")
private func swiftDemangle(
    _ name: UnsafePointer<CChar>,
    _ nameLength: Int,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ bufferLength: UnsafeMutablePointer<Int>?,
    _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
