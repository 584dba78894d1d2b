/// The picture that all programs of the Julia set have to make, to the bit.
package enum JuliaPicture {
    /// Of the file that Tests/Benchmarks/c/julia.c writes, computed on one core.
    package static let sha256 = "c9b7215a136958917dfa0f4af079a4162a7316185815300036600e9b7b8e91f3"
}
