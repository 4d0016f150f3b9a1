import TestSupport
import Testing

@testable import StreamCompression

/// What is delivered of a damaged member was inflated from it, and is nothing that the buffer held before.
@Test func damageDeliversNoStaleBytes() throws {
    let seed: UInt64 = 20_261_121
    var generator = SeededGenerator(seed: seed)
    let text = (0..<400).flatMap { Array("line \($0 % 37) of \($0)\n".utf8) }
    var encoder = try StreamEncoder(kind: .gzip)
    var packed: [UInt8] = []
    try encoder.appendMember(text, to: &packed)
    var damagedRuns = 0
    for run in 0..<4000 {
        var damaged = packed
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            damaged[Int.random(in: 12..<damaged.count - 8, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        let outcomes = [UInt8(0x55), 0xAA]
            .map { filling -> [UInt8]? in
                guard var decoder = try? StreamDecoder(kind: .gzip) else { return nil }
                var room = [UInt8](repeating: filling, count: 1 << 16)
                let step = unsafe damaged.withUnsafeBytes { input in
                    unsafe room.withUnsafeMutableBytes { output in try? unsafe decoder.decode(input, into: output) }
                }
                return step.map { Array(room[..<$0.produced]) }
            }
        #expect(outcomes[0] == outcomes[1], "run \(run) of seed \(seed)")
        if outcomes[0] != text { damagedRuns += 1 }
    }
    #expect(damagedRuns > 1000)
}

/// A run of 258 bytes that begins before the stream's first: nothing of it was in the stream.
@Test func aReferenceBeforeTheFirstByteDeliversNoStaleBytes() throws {
    // Fixed codes: the literal `a`, a run of 258 bytes, four bytes back, and the end; least bit first.
    let bits = "1" + "10" + "10010001" + "11000101" + "00011" + "0000000"
    var deflated = [UInt8](repeating: 0, count: 5)
    for (place, bit) in bits.enumerated() where bit == "1" { deflated[place / 8] |= 1 << UInt8(place % 8) }
    let packed = hex("1f8b0800 00000000 00ff") + deflated + [UInt8](repeating: 0, count: 32)
    for filling in [UInt8(0x55), 0xAA] {
        var decoder = try StreamDecoder(kind: .gzip)
        var room = [UInt8](repeating: filling, count: 1 << 16)
        let step = unsafe packed.withUnsafeBytes { input in
            unsafe room.withUnsafeMutableBytes { output in try? unsafe decoder.decode(input, into: output) }
        }
        let delivered = Array(room[..<(step?.produced ?? 0)])
        #expect(delivered.isEmpty || delivered == Array("a".utf8), "\(delivered.count) bytes")
        #expect(throws: CompressionError.self) { try decoder.finish() }
    }
}
