import CKernels
import ShardFormat
import TestSupport
import Testing

/// On whatever instructions a processor has, lookups find what the definition says.
///
/// The level is one for all threads: suites that run beside this one may meet any, and give the same at each.
@Suite(.serialized) struct LookupLevelTests {
    private static let levels = [ND_LEVEL_PORTABLE, ND_LEVEL_BASELINE, ND_LEVEL_AVX2, ND_LEVEL_AVX512]

    /// Keys that are random, lie together, agree with others, or are far more than one bucket holds.
    private static func keys(_ count: Int, using random: inout SeededGenerator) -> [UInt32] {
        var keys: [UInt32] = []
        while keys.count < count {
            let key = UInt32.random(in: 0 ... .max, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0: keys += (0..<UInt32(20)).map { key &+ 4 * $0 }
            case 1: keys += [UInt32](repeating: key, count: Int.random(in: 2..<200, using: &random))
            case 2: keys.append(keys.randomElement(using: &random) ?? key)
            default: keys.append(key)
            }
        }
        return keys.shuffled(using: &random)
    }

    @Test("Lookups in tables of many sizes", arguments: [1, 3, 9, 60, 700, 5000])
    func everyLevel(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let keys = Self.keys(count, using: &random)
        let shard = try LookupTableTests.shard(fingerprints: keys)
        for level in Self.levels {
            _ = nd_processor_use(level)
            defer { _ = nd_processor_use(ND_LEVEL_AVX512) }
            try LookupTableTests.check(shard, keys)
        }
    }
}
