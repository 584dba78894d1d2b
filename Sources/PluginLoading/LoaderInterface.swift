import Glibc

// The parts of the dynamic loader's interface that <dlfcn.h> and <link.h> show only to programs that define
// _GNU_SOURCE, which Swift's Glibc module does not. The functions take and return words only; for those Swift's
// calling convention is C's, on x86-64 and AArch64.

/// `Dl_info` of `dladdr(3)`.
struct AddressInformation {
    var imagePath: UnsafePointer<CChar>?
    var imageBase: UnsafeRawPointer?
    var symbolName: UnsafePointer<CChar>?
    var symbolAddress: UnsafeRawPointer?
}

/// The first members of `struct dl_phdr_info` of `dl_iterate_phdr(3)`. The loader passes the size, which only grows.
struct LoadedImageRecord {
    var loadBias: UInt
    var path: UnsafePointer<CChar>?
    var programHeaders: UnsafePointer<Elf64_Phdr>?
    var programHeaderCount: UInt16
}

/// The public start of `struct link_map` of `<link.h>`.
struct LinkMap {
    var loadBias: UInt
    var path: UnsafePointer<CChar>?
    var dynamicSection: UnsafeRawPointer?
}

/// `RTLD_DI_LINKMAP` of `dlinfo(3)`.
let requestLinkMap: Int32 = 2

@_silgen_name("dladdr")
func dladdr(_ address: UnsafeRawPointer, _ information: UnsafeMutablePointer<AddressInformation>) -> Int32

@_silgen_name("dlinfo")
func dlinfo(_ handle: UnsafeMutableRawPointer, _ request: Int32, _ result: UnsafeMutableRawPointer) -> Int32

@_silgen_name("dl_iterate_phdr")
func dl_iterate_phdr(
    _ body: @convention(c) (UnsafeRawPointer, Int, UnsafeMutableRawPointer?) -> Int32,
    _ context: UnsafeMutableRawPointer?
) -> Int32
