import CKernels
import Sketching
import TestSupport
import Testing

/// On whatever instructions a processor has, the kernels give what the definition says, bit for bit.
///
/// The level is one for all threads: suites that run beside this one may meet any, and give the same at each.
@Suite(.serialized) struct LevelTests {
    private static let levels = [ND_LEVEL_PORTABLE, ND_LEVEL_BASELINE, ND_LEVEL_AVX2, ND_LEVEL_AVX512]

    private func at(_ level: nd_level, _ body: () throws -> Void) rethrows {
        _ = nd_processor_use(level)
        defer { _ = nd_processor_use(ND_LEVEL_AVX512) }
        try body()
    }

    /// Hashes that repeat at once or after 64, or tie in what winnowing compares, or ascend, or are random.
    private func shingles(_ count: Int, kind: Int, using random: inout SeededGenerator) -> [UInt64] {
        let pool = (0..<64).map { _ in random.next() }
        return (0..<count)
            .map { index in
                switch kind {
                case 0: random.next()
                case 1: pool[Int.random(in: 0..<5, using: &random)]
                case 2: pool[index % 64]
                case 3: random.next() & 0x3F_FFFF_FFFF
                default: UInt64(index) << 40 | 1
                }
            }
    }

    @Test(arguments: levels, [1, 2, 4, 5, 16, 17, 33, 64])
    func winnowing(level: nd_level, window: Int) throws {
        var random = SeededGenerator(seed: UInt64(window))
        var sketcher = ShingleSketcher(parameters: try SketchingParameters(window: window))
        at(level) {
            for kind in 0..<5 {
                for count in [1, 8, window, window + 7, window + 8, 263] {
                    let shingles = shingles(count, kind: kind, using: &random)
                    let positions = PlainSketch.winnowed(shingles, window: window)
                    sketcher.winnowAll(shingles.span)
                    #expect(
                        Array(copying: sketcher.positions) == positions.map(UInt32.init),
                        "\(level), kind \(kind), \(count) shingles"
                    )
                    #expect(Array(copying: sketcher.fingerprints) == positions.map { PlainSketch.key(shingles[$0]) })
                }
            }
        }
    }

    @Test(arguments: levels, [8, 96, 128, 1024])
    func signatures(level: nd_level, values: Int) {
        var random = SeededGenerator(seed: UInt64(values))
        var donors = [UInt16](repeating: 0, count: values * values)
        unsafe nd_signature_donors(&donors, values)
        at(level) {
            for kind in 0..<5 {
                for count in [1, 7, 64, 500] {
                    let shingles = shingles(count, kind: kind, using: &random)
                    var found = [UInt32](repeating: 0, count: values)
                    unsafe nd_signature(shingles, count, donors, &found, values)
                    #expect(
                        found == PlainSketch.signature(shingles, values: values),
                        "\(level), kind \(kind), \(count) shingles"
                    )
                }
            }
        }
    }

    @Test(arguments: levels, [1, 2, 4, 8, 16, 32])
    func equalPackedValues(level: nd_level, bits: Int) {
        var random = SeededGenerator(seed: UInt64(bits))
        let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(bits)) - 1)
        at(level) {
            for values in [8, 16, 24, 32, 40, 64, 72, 120, 128, 136, 1024] {
                let one = (0..<values).map { _ in UInt32(truncatingIfNeeded: random.next()) }
                // Equal, differing in one bit, or wholly different.
                let other = one.map { value in
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: value
                    case 1: value ^ 1 << UInt32.random(in: 0..<UInt32(bits), using: &random)
                    default: UInt32(truncatingIfNeeded: random.next())
                    }
                }
                let (onePacked, otherPacked) = (
                    PlainSketch.packed(one, bits: bits), PlainSketch.packed(other, bits: bits)
                )
                let found = unsafe nd_signature_matches(onePacked, otherPacked, values, UInt32(bits))
                #expect(found == zip(one, other).count { $0 & mask == $1 & mask }, "\(level), \(values) values")
            }
        }
    }
}

/// Each fingerprint is kept once, where it comes first: in documents of few and of many, of which some, none or all repeat.
@Suite struct DistinctTests {
    @Test(arguments: [0, 1, 2, 30, 95, 255, 256, 257, 600], [1, 5, 100, 3000, 1_000_000] as [UInt64])
    func keepsTheFirstOfEach(count: Int, kinds: UInt64) {
        var random = SeededGenerator(seed: kinds)
        for _ in 0..<20 {
            // Of a few kinds the high bits are the same, which alone tell most keys apart.
            let keys = (0..<count)
                .map { _ in
                    let number = UInt64.random(in: 0..<kinds, using: &random)
                    return PlainSketch.key(kinds == 100 ? number : PlainSketch.mix(number))
                }
            var (kept, places) = (keys, (0..<UInt32(count)).map { $0 * 3 })
            var table = [UInt64](repeating: 0, count: nd_distinct_capacity(count))
            let found = unsafe nd_distinct(&kept, &places, count, &table)
            var seen: Set<UInt64> = []
            let expected = keys.indices.filter { seen.insert(keys[$0]).inserted }
            #expect(Array(kept.prefix(found)) == expected.map { keys[$0] })
            #expect(Array(places.prefix(found)) == expected.map { UInt32($0) * 3 })
        }
    }
}
