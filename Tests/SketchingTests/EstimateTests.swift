import Sketching
import TestSupport
import Testing

/// The Jaccard estimate is right on average, and errs as much as it says.
@Suite struct EstimateTests {
    /// Estimates for many pairs of random sets of one Jaccard, for each number of bits: the same signatures serve all.
    private func estimates(shared: Int, own: Int, pairs: Int, bits: [Int], seed: UInt64) throws -> [Int: [Estimate]] {
        var random = SeededGenerator(seed: seed)
        var sketcher = ShingleSketcher(parameters: try SketchingParameters())
        func signature(_ shingles: [UInt64]) -> [UInt32] {
            sketcher.sketch(shingles.span)
            return Array(copying: sketcher.signature)
        }
        var result: [Int: [Estimate]] = [:]
        for _ in 0..<pairs {
            let common = (0..<shared).map { _ in random.next() }
            let one = signature(common + (0..<own).map { _ in random.next() })
            let other = signature(common + (0..<own).map { _ in random.next() })
            for bits in bits {
                let mask = UInt32(1) << UInt32(bits) - 1
                var matches = 0
                for index in one.indices where (one[index] ^ other[index]) & mask == 0 { matches += 1 }
                result[bits, default: []].append(.jaccard(matches: matches, values: one.count, bits: bits))
            }
        }
        return result
    }

    /// Sets of `shared` common and `own` further shingles each: from few, where most bins are empty, to many.
    @Test(arguments: [(50, 75), (100, 50), (30, 15), (12, 6), (400, 100)])
    func isUnbiasedAndErrsAsStated(shared: Int, own: Int) throws {
        let jaccard = Double(shared) / Double(shared + 2 * own)
        let pairs = 2000
        let seed = UInt64(shared)
        let all = try estimates(shared: shared, own: own, pairs: pairs, bits: [1, 2, 4, 8, 16], seed: seed)
        for (bits, estimates) in all {
            let mean = estimates.map(\.value).reduce(0, +) / Double(pairs)
            let variance = estimates.map { ($0.value - jaccard) * ($0.value - jaccard) }.reduce(0, +) / Double(pairs)
            let stated = estimates.map(\.standardError).reduce(0, +) / Double(pairs)
            // Four standard errors of the mean: without the correction, 1 to 4 bits are off by far more.
            #expect(
                abs(mean - jaccard) < 4 * stated / Double(pairs).squareRoot() + 0.0005,
                "b \(bits), J \(jaccard), seed \(seed)"
            )
            // Sets of fewer members than the signature has values, whose bins are filled from others, err about an
            // eighth more than K draws; larger ones less.
            let few = shared + own < 128
            #expect(variance.squareRoot() < stated * (few ? 1.2 : 1.02), "b \(bits), J \(jaccard), seed \(seed)")
            #expect(variance.squareRoot() > stated * 0.6, "b \(bits), J \(jaccard), seed \(seed)")
        }
    }

    /// Eight bits need many pairs: their correction at J = 1/9 is 0.0035.
    @Test func theCorrectionOfEightBitsShows() throws {
        let pairs = 4000
        let estimates = try estimates(shared: 40, own: 160, pairs: pairs, bits: [8], seed: 8)[8]!
        let mean = estimates.map(\.value).reduce(0, +) / Double(pairs)
        #expect(abs(mean - 1.0 / 9) < 0.0017)
    }

    @Test(arguments: [1, 2, 4, 8, 16, 32])
    func takesOffWhatAgreesByChance(bits: Int) {
        let chance = 1 / Double(UInt64(1) << UInt64(bits))
        for matches in 0...128 {
            let found = Estimate.jaccard(matches: matches, values: 128, bits: bits)
            let share = Double(matches) / 128
            #expect(abs(found.value - max(0, (share - chance) / (1 - chance))) < 1e-12)
            #expect(found.standardError >= 0 && found.standardError < 0.1)
        }
        #expect(Estimate.jaccard(matches: 128, values: 128, bits: bits) == Estimate(value: 1, standardError: 0))
    }

    @Test func shareOfFingerprints() {
        #expect(Estimate.share(0, of: 0) == Estimate(value: 0, standardError: 0))
        #expect(Estimate.share(25, of: 100).value == 0.25)
        #expect(abs(Estimate.share(50, of: 100).standardError - 0.05) < 1e-12)
        #expect(Estimate.share(7, of: 7) == Estimate(value: 1, standardError: 0))
    }

    @Test func theGreatestJaccardIsNeverTooLow() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let own = Int.random(in: 0...200, using: &random)
            let theirs = Int.random(in: 0...200, using: &random)
            let most = Int.random(in: 0...220, using: &random)
            let shared = Int.random(in: 0...most, using: &random)
            let signatures = Estimate.jaccard(matches: Int.random(in: 0...128, using: &random), values: 128, bits: 4)
            let found = Estimate.jaccard(
                signatures: signatures,
                values: 128,
                bits: 4,
                shared: shared,
                own: own,
                theirs: theirs
            )
            let greatest = Estimate.greatestJaccard(signatures: signatures, shared: most, own: own, theirs: theirs)
            #expect(found.value <= greatest, "\(shared) of at most \(most), \(own) and \(theirs)")
        }
    }
}
