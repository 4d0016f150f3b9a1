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
