import Sketching
import TestSupport
import Testing

/// Bands follow from the threshold and the recall goal.
@Suite struct BandingTests {
    @Test(arguments: [(0.8, 0.99, 12, 5), (0.8, 0.999, 18, 5), (0.5, 0.99, 35, 3)])
    func fewestBandsThatAreStrictEnough(threshold: Double, recall: Double, bands: Int, rows: Int) throws {
        #expect(try Banding(values: 128, threshold: threshold, recall: recall) == Banding(bands: bands, rows: rows))
    }

    @Test func noBandingOfFewerBandsWouldDo() throws {
        for values in [16, 64, 128, 256] {
            for threshold in [0.5, 0.7, 0.8, 0.95] {
                let found = try Banding(values: values, threshold: threshold, recall: 0.95)
                #expect(found.bands * found.rows <= values)
                #expect(found.recall(atJaccard: threshold) >= 0.95)
                #expect(Banding(bands: found.bands - 1, rows: found.rows).recall(atJaccard: threshold) < 0.95)
                let isStrict = found.recall(atJaccard: threshold / 2) <= 0.125
                for rows in 1...32 where rows != found.rows && rows <= values {
                    let bands = (1...values / rows)
                        .first {
                            Banding(bands: $0, rows: rows).recall(atJaccard: threshold) >= 0.95
                        }
                    guard let bands else { continue }
                    let other = Banding(bands: bands, rows: rows)
                    let otherIsStrict = other.recall(atJaccard: threshold / 2) <= 0.125
                    // Strict ones before others; of those the fewest bands, else the most rows.
                    #expect(isStrict ? !otherIsStrict || bands >= found.bands : !otherIsStrict && rows < found.rows)
                }
            }
        }
    }

    /// 1 - (1 - J^rows)^bands, by the figures of the design.
    @Test(arguments: [(21, 6, 0.998), (16, 6, 0.992), (12, 5, 0.991), (14, 8, 0.924)])
    func recallAtEightTenths(bands: Int, rows: Int, recall: Double) {
        #expect(abs(Banding(bands: bands, rows: rows).recall(atJaccard: 0.8) - recall) < 0.001)
    }

    @Test func whatCannotBeIsRefusedByName() {
        #expect(throws: SketchingParametersError.self) { try Banding(values: 8, threshold: 0.1, recall: 0.99) }
        #expect(throws: SketchingParametersError.self) { try Banding(values: 128, threshold: 0, recall: 0.99) }
        #expect(throws: SketchingParametersError.self) { try Banding(values: 128, threshold: 1.1, recall: 0.99) }
        #expect(throws: SketchingParametersError.self) { try Banding(values: 128, threshold: .nan, recall: 0.99) }
        #expect(throws: SketchingParametersError.self) { try Banding(values: 128, threshold: 0.8, recall: 1) }
        #expect(throws: SketchingParametersError.self) { try SketchingParameters(values: 12) }
        #expect(throws: SketchingParametersError.self) { try SketchingParameters(values: 2048) }
        #expect(throws: SketchingParametersError.self) { try SketchingParameters(bits: 3) }
        #expect(throws: SketchingParametersError.self) { try SketchingParameters(window: -1) }
        #expect(throws: SketchingParametersError.self) { try SketchingParameters(window: 65) }
        #expect(throws: SketchingParametersError.self) { try SketchingParameters(banding: Banding(bands: 20, rows: 7)) }
        #expect(throws: SketchingParametersError.self) { try SketchingParameters(banding: Banding(bands: 0, rows: 7)) }
        #expect(throws: SketchingParametersError.self) { try SketchingParameters(banding: Banding(bands: 1, rows: 0)) }
    }

    /// Random pairs are proposed as often as the formula says.
    @Test func foundAsOftenAsTheFormulaSays() throws {
        let parameters = try SketchingParameters(banding: Banding(bands: 14, rows: 8))
        var sketcher = ShingleSketcher(parameters: parameters)
        var random = SeededGenerator(seed: 14)
        func bands(_ shingles: [UInt64]) -> [UInt64] {
            sketcher.sketch(shingles.span)
            return Array(copying: sketcher.bandKeys)
        }
        let pairs = 1500
        var found = 0
        for _ in 0..<pairs {
            let common = (0..<210).map { _ in random.next() }
            let one = bands(common + (0..<45).map { _ in random.next() })
            let other = bands(common + (0..<45).map { _ in random.next() })
            if zip(one, other).contains(where: ==) { found += 1 }
        }
        // J = 0.7; the deviation of a share of 1500 is 0.013.
        let expected = parameters.banding.recall(atJaccard: 0.7)
        #expect(abs(Double(found) / Double(pairs) - expected) < 0.05, "\(found) of \(pairs), expected \(expected)")
    }
}
