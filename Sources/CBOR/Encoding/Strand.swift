/// A piece of the output into which other pieces are inserted.
struct Strand {
    struct Insertion {
        let offset: Int
        let strand: Int
        /// The frame whose content the inserted strand continues.
        let frame: EncodingFrameID
    }

    var bytes: [UInt8] = []

    /// The innermost frame that is open in this strand; -1 if there is none.
    var top = -1

    /// The insertions, in the order of the finished output.
    var insertions: [Insertion] = []

    /// Appends a strand together with all that is inserted into it.
    static func join(_ index: Int, of strands: [Strand], into output: inout [UInt8]) {
        let strand = strands[index]
        var start = 0
        for insertion in strand.insertions {
            output += strand.bytes[start..<insertion.offset]
            join(insertion.strand, of: strands, into: &output)
            start = insertion.offset
        }
        output += strand.bytes[start...]
    }
}
