import Sketching
import TestSupport
import Testing

/// Shingles that come in blocks, cut anywhere, give the sketch they give at once.
@Suite struct BlockTests {
    /// Hashes that repeat, or tie in what winnowing compares, or neither.
    private func shingles(_ count: Int, using random: inout SeededGenerator) -> [UInt64] {
        shingles(count, of: Int.random(in: 0..<5, using: &random), using: &random)
    }

    private func shingles(_ count: Int, of kind: Int, using random: inout SeededGenerator) -> [UInt64] {
        let pool = (0..<9).map { _ in random.next() }
        return (0..<count)
            .map { index in
                switch kind {
                case 0: random.next()
                case 1: pool.randomElement(using: &random)!
                case 2: random.next() & 0x3F_FFFF_FFFF | pool[0] & ~0x3F_FFFF_FFFF
                // Ascending: every shingle is some window's least, and each comes again.
                case 3: UInt64(index % 700) << 40 | 1
                default: [random.next(), .max, 0, 0xFFFF_FFFF, pool[0]].randomElement(using: &random)!
                }
            }
    }

    private func sketch(_ shingles: [UInt64], cutAt cuts: [Int], with sketcher: inout ShingleSketcher) -> Sketch {
        sketcher.beginBlocks()
        for (start, end) in zip([0] + cuts, cuts + [shingles.count]) {
            sketcher.addBlock(shingles.span.extracting(start..<end))
        }
        sketcher.endBlocks()
        return Sketch(sketcher)
    }

    @Test(arguments: 0..<25 as Range<UInt64>)
    func agreesWithTheDefinition(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parameters = try SketchingParameters(window: Int.random(in: 1...64, using: &random))
        var sketcher = ShingleSketcher(parameters: parameters)
        for count in [0, 1, 2, parameters.window - 1, parameters.window, parameters.window + 1, 65, 300, 900] {
            let shingles = shingles(count, using: &random)
            let expected = Sketch(definitionOf: shingles, parameters)
            for most in [1, 3, parameters.window, 100] {
                var cuts: [Int] = []
                // Blocks of none come up.
                var next = Int.random(in: 0...most, using: &random)
                while next <= count {
                    cuts.append(next)
                    next += Int.random(in: 0...most, using: &random)
                }
                let found = sketch(shingles, cutAt: cuts, with: &sketcher)
                #expect(found == expected, "seed \(seed), \(count) shingles, blocks of up to \(most)")
            }
            // What blocks leave behind must not matter to one that comes whole.
            sketcher.sketch(shingles.span)
            #expect(Sketch(sketcher) == expected, "seed \(seed), \(count) shingles at once")
        }
    }

    @Test(arguments: [0, 1, 2] as [UInt64])
    func manyFingerprints(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parameters = try SketchingParameters()
        let shingles = (0..<200_000).map { _ in random.next() % 100_000 &* 0x9E37_79B9_7F4A_7C15 }
        var atOnce = ShingleSketcher(parameters: parameters)
        var sketcher = ShingleSketcher(sharingTablesOf: atOnce)
        atOnce.sketch(shingles.span)
        let cuts = Array(stride(from: 4096, to: shingles.count, by: 4096))
        #expect(sketch(shingles, cutAt: cuts, with: &sketcher) == Sketch(atOnce), "seed \(seed)")
    }

    @Test func memoryGrowsWithTheFingerprintsAndIsGivenBack() throws {
        var random = SeededGenerator(seed: 7)
        var sketcher = ShingleSketcher(parameters: try SketchingParameters())
        let block = shingles(10_000, of: 0, using: &random)
        sketcher.beginBlocks()
        for _ in 0..<300 { sketcher.addBlock(block.span) }
        sketcher.endBlocks()
        // The same shingles again and again: three million, and the fingerprints of one block.
        #expect(sketcher.heldBytes < 1 << 20)
        sketcher.beginBlocks()
        for _ in 0..<300 {
            let block = shingles(10_000, of: 0, using: &random)
            sketcher.addBlock(block.span)
        }
        sketcher.endBlocks()
        let fingerprints = sketcher.fingerprints.count
        #expect(fingerprints > 300_000)
        // 12 bytes each, room for half as many more, and the block's own areas.
        #expect(sketcher.heldBytes < 18 * fingerprints + 1 << 20)
        sketcher.sketch(block.span)
        #expect(sketcher.heldBytes < 3 << 20)
    }
}
