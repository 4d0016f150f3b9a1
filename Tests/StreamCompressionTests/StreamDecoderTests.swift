import StreamCompression
import TestSupport
import Testing

private let kinds: [CompressionKind] = [.gzip, .zstd]
private let parts = [
    sampleText(700, seed: 1), [], sampleText(1, seed: 2), sampleText(2000, seed: 3), sampleText(90, seed: 4),
]

@Test(arguments: CompressionKind.allCases)
func whatIsPackedIsInflatedAgainHoweverItIsCut(kind: CompressionKind) throws {
    let packed = try pack(parts, kind)
    let expected = parts.flatMap { $0 }
    for inputStep in [1, 2, 3, 7, 64, .max] {
        for outputStep in [1, 5, 100, 1 << 16] {
            let got = inflate(packed, kind, inputStep: inputStep, outputStep: outputStep)
            #expect(got.error == nil, "\(inputStep) bytes in, \(outputStep) out")
            #expect(got.bytes == expected, "\(inputStep) bytes in, \(outputStep) out")
        }
    }
}

@Test(arguments: kinds)
func eachMemberCanBeInflatedFromWhereItBegins(kind: CompressionKind) throws {
    let packed = try pack(parts, kind)
    let whole = inflate(packed, kind, inputStep: 11, outputStep: 50)
    #expect(whole.members.count == parts.count)
    for (index, member) in whole.members.enumerated() {
        let rest = inflate(Array(packed[Int(member.packedOffset)...]), kind)
        #expect(rest.bytes == parts[index...].flatMap { $0 })
        #expect(member.inflatedOffset == UInt64(parts[..<index].map(\.count).reduce(0, +)))
    }
}

@Test(arguments: kinds)
func everyTruncationIsFound(kind: CompressionKind) throws {
    let packed = try pack(parts, kind)
    let whole = inflate(packed, kind)
    let boundaries = Set(whole.members.map { Int($0.packedOffset) } + [packed.count])
    for length in 1..<packed.count {
        let got = inflate(Array(packed[..<length]), kind)
        #expect(whole.bytes.starts(with: got.bytes))
        if boundaries.contains(length) {
            #expect(got.error == nil, "cut between members, at \(length)")
        } else {
            guard case .truncated(kind, let member, UInt64(length))? = got.error else {
                Issue.record("cut at \(length): \(String(describing: got.error))")
                continue
            }
            #expect(member == whole.members.last { $0.packedOffset < UInt64(length) }?.packedOffset)
        }
    }
}

@Test(arguments: kinds)
func damageNeverCrashesAndNeverHangs(kind: CompressionKind) throws {
    let seed: UInt64 = 20_261_121
    var generator = SeededGenerator(seed: seed)
    let packed = try pack(parts, kind)
    var failures = 0
    for _ in 0..<3000 {
        var damaged = packed
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let at = Int.random(in: 0..<damaged.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: damaged[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: damaged.removeSubrange(at..<min(damaged.count, at + Int.random(in: 1...9, using: &generator)))
            default: damaged.insert(contentsOf: [0x1F, 0x8B, UInt8.random(in: 0...255, using: &generator)], at: at)
            }
            if damaged.isEmpty { damaged = [0] }
        }
        let got = inflate(damaged, kind, inputStep: 97, outputStep: 333)
        if got.error != nil { failures += 1 }
        #expect(got.bytes.count < 1 << 20)
    }
    // Most damage shows; a flipped bit in a time stamp doesn't.
    #expect(failures > 2500, "seed \(seed)")
}

@Test func aWindowOverTheLimitIsRefusedByName() {
    // A frame header without content size whose window descriptor asks for 2^30 bytes, and a raw block.
    let got = inflate(hex("28b52ffd 00 a0 090000 41"), .zstd)
    #expect(got.error == .windowTooLarge(limitLog: 27, offset: 0))
    #expect(got.error?.description.contains("2^27") == true)
}

/// What stands before damage is delivered, whatever the room: zstd itself loses it where one call meets both.
@Test func blocksBeforeABrokenBlockHeaderAreDelivered() {
    // A frame of a raw block `abc` and the header of a block of the reserved type.
    let frame = hex("28b52ffd 00 00 180000 616263 060000")
    for inputStep in [1, 5, .max] {
        for outputStep in [1, 3, 4, 4096] {
            let got = inflate(frame, .zstd, inputStep: inputStep, outputStep: outputStep)
            #expect(got.bytes == Array("abc".utf8), "\(inputStep) bytes a call into room for \(outputStep)")
            guard case .corrupt(.zstd, _, _)? = got.error else {
                Issue.record("expected damage, got \(String(describing: got.error))")
                continue
            }
        }
    }
}

@Test func skippableFramesGiveNothing() throws {
    let frame = try pack([Array("text".utf8)], .zstd)
    let skippable = hex("502a4d18 03000000 616263")
    let got = inflate(skippable + frame + skippable, .zstd, inputStep: 1)
    #expect(got.error == nil)
    #expect(got.bytes == Array("text".utf8))
}

@Test(arguments: kinds)
func bytesAfterTheLastMemberAreNamed(kind: CompressionKind) throws {
    let packed = try pack([Array("text".utf8)], kind)
    let got = inflate(packed + Array("junk!".utf8), kind)
    #expect(got.bytes == Array("text".utf8))
    #expect(got.error == .trailingGarbage(kind: kind, offset: UInt64(packed.count)))
}
