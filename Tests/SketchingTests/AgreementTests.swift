import CKernels
import Sketching
import TestSupport
import Testing

/// The kernels give what the definition says, bit for bit.
@Suite struct AgreementTests {
    /// Hashes of `count` shingles, of which some repeat and some are extreme.
    private func shingles(_ count: Int, using random: inout SeededGenerator) -> [UInt64] {
        let kind = Int.random(in: 0..<4, using: &random)
        let pool = (0..<5).map { _ in random.next() }
        return (0..<count)
            .map { _ in
                switch kind {
                case 0: random.next()
                case 1: pool.randomElement(using: &random)!
                // Equal high bits: only the position decides which of a window is chosen.
                case 2: random.next() & 0x3F_FFFF_FFFF | pool[0] & ~0x3F_FFFF_FFFF
                default: [random.next(), .max, 0, 0xFFFF_FFFF, pool[0]].randomElement(using: &random)!
                }
            }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func sketch(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let values = [16, 24, 64, 128, 136].randomElement(using: &random)!
        let rows = Int.random(in: 1...8, using: &random)
        let parameters = try SketchingParameters(
            values: values,
            bits: [1, 2, 4, 8, 16, 32].randomElement(using: &random)!,
            banding: Banding(bands: Int.random(in: 1...values / rows, using: &random), rows: rows),
            window: Int.random(in: 1...64, using: &random)
        )
        var sketcher = ShingleSketcher(parameters: parameters)
        for count in [0, 1, 2, 3, parameters.window - 1, parameters.window, parameters.window + 1, 63, 64, 65, 200, 7] {
            let shingles = shingles(count, using: &random)
            sketcher.sketch(shingles.span)
            #expect(Sketch(sketcher) == Sketch(definitionOf: shingles, parameters), "seed \(seed), \(count) shingles")
        }
    }

    @Test(arguments: 1...64)
    func winnowingWithEveryWindow(window: Int) throws {
        var random = SeededGenerator(seed: UInt64(window))
        var sketcher = ShingleSketcher(parameters: try SketchingParameters(window: window))
        for count in [1, window, window + 1, 150, 300] {
            let shingles = shingles(count, using: &random)
            sketcher.winnowAll(shingles.span)
            let positions = PlainSketch.winnowed(shingles, window: window)
            #expect(Array(copying: sketcher.positions) == positions.map(UInt32.init), "\(count) shingles")
            #expect(Array(copying: sketcher.fingerprints) == positions.map { PlainSketch.key(shingles[$0]) })
        }
    }

    @Test func sketchersThatShareTablesAgree() throws {
        let parameters = try SketchingParameters()
        let first = ShingleSketcher(parameters: parameters)
        var second = ShingleSketcher(sharingTablesOf: first)
        let shingles: [UInt64] = [1 << 60, 2, 3 << 33]
        second.sketch(shingles.span)
        #expect(Sketch(second) == Sketch(shingles, parameters))
    }

    @Test func aDonorOrderIsAPermutation() {
        for values in [16, 24, 128] {
            var donors = [UInt16](repeating: 0, count: values * values)
            unsafe nd_signature_donors(&donors, values)
            for bin in 0..<values {
                let row = donors[bin * values..<(bin + 1) * values].map(Int.init)
                #expect(row == PlainSketch.donors(of: bin, values: values))
                #expect(row.sorted() == Array(0..<values))
            }
        }
    }

    /// All ones means an empty bin, so that no value may be: neither a hash's own nor one that densification mixes.
    @Test func noValueIsAllOnes() throws {
        let parameters = try SketchingParameters()
        #expect(Sketch([.max], parameters).signature[0] == UInt32.max - 1)
        #expect(Sketch([.max], parameters) == Sketch(definitionOf: [.max], parameters))
        // With others it fills no bin, nor a block of its own.
        #expect(Sketch([.max, 7], parameters).signature == Sketch([7], parameters).signature)
        // A value that mixes to all ones in bin 116; every bin but the first draws on it.
        let shingle: UInt64 = 0xA746_BAC4
        #expect(PlainSketch.mix(116 << 32 | shingle) >> 32 == 0xFFFF_FFFF)
        #expect(Sketch([shingle], parameters).signature[116] == UInt32.max - 1)
        #expect(Sketch([shingle], parameters) == Sketch(definitionOf: [shingle], parameters))
    }
}
