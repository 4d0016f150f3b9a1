import StreamCompression
import Testing

@Test func blocksComeBackAsTheyWere() throws {
    var compressor = try ZstdBlockCompressor(level: 3)
    var decompressor = try ZstdBlockDecompressor()
    var packed: [UInt8] = []
    var ranges: [Range<Int>] = []
    let blocks = [
        [], [7], sampleText(100, seed: 1), sampleText(16_384, seed: 2), [UInt8](repeating: 0, count: 100_000),
    ]
    for block in blocks {
        let start = packed.count
        let count = try compressor.compress(block, appendingTo: &packed)
        #expect(packed.count == start + count)
        ranges.append(start..<packed.count)
    }
    for (block, range) in zip(blocks, ranges) {
        var output: [UInt8] = [1, 2, 3]
        try decompressor.decompress(packed[range], count: block.count, appendingTo: &output)
        #expect(output == [1, 2, 3] + block)
    }
}

@Test func aBlocksLengthIsTheCallersToSay() throws {
    var compressor = try ZstdBlockCompressor()
    var decompressor = try ZstdBlockDecompressor()
    var packed: [UInt8] = []
    try compressor.compress(sampleText(1000, seed: 5), appendingTo: &packed)
    var output: [UInt8] = [9]
    #expect(throws: CompressionError.wrongLength(expected: 1001, got: 1000)) {
        try decompressor.decompress(packed, count: 1001, appendingTo: &output)
    }
    #expect(throws: CompressionError.tooLong(limit: 999)) {
        try decompressor.decompress(packed, count: 999, appendingTo: &output)
    }
    #expect(output == [9], "nothing is appended by a failure")
}

@Test func damagedBlocksAreFound() throws {
    var compressor = try ZstdBlockCompressor(level: 5, checksum: true)
    var decompressor = try ZstdBlockDecompressor()
    let block = sampleText(600, seed: 6)
    var packed: [UInt8] = []
    try compressor.compress(block, appendingTo: &packed)
    for at in packed.indices {
        for bit in 0..<8 {
            var damaged = packed
            damaged[at] ^= 1 << UInt8(bit)
            var output: [UInt8] = []
            do {
                try decompressor.decompress(damaged, count: block.count, appendingTo: &output)
                // A flipped bit that changes nothing (an unused header bit) may pass; other bytes may not.
                #expect(output == block, "bit \(bit) of byte \(at)")
            } catch {
                #expect(output.isEmpty)
            }
        }
        var output: [UInt8] = []
        #expect(throws: CompressionError.self) {
            try decompressor.decompress(packed[..<at], count: block.count, appendingTo: &output)
        }
    }
}
