import Foundation
import Shingling
import Sketching
import TestSupport
import Testing

/// The published test vectors, for whoever writes the same sketches in another language.
///
/// Version 1 is frozen, and `vectors-v1.tsv` stays as it is. The definition (never the kernel) writes the file of a next one, and
/// never over one that is there: `NEARDUP_WRITE_VECTORS=1 swift test --filter SketchingTests.VectorTests`.
@Suite struct VectorTests {
    private static let name = "vectors-v1.tsv"

    private struct Case {
        var seed: UInt64
        var count: Int
        var values = 128
        var bits = 8
        var bands = 16
        var rows = 6
        var window = 16

        /// The first numbers of splitmix64 under the seed, of which the last half repeats the first where the count
        /// is odd.
        var shingles: [UInt64] {
            var random = SeededGenerator(seed: seed)
            let fresh = (0..<(count % 2 == 0 ? count : (count + 1) / 2)).map { _ in random.next() }
            return (0..<count).map { fresh[$0 % fresh.count] }
        }

        func parameters() throws -> SketchingParameters {
            try SketchingParameters(
                values: values,
                bits: bits,
                banding: Banding(bands: bands, rows: rows),
                window: window
            )
        }

        func row(_ sketch: Sketch) -> String {
            let fingerprints = zip(sketch.positions, sketch.keys).map { "\($0):\(hex($1))" }
            return [
                hex(seed), "\(count)", "\(values)", "\(bits)", "\(bands)", "\(rows)", "\(window)",
                sketch.packed.map { hex($0) }.joined(), sketch.bandKeys.map { hex($0) }.joined(separator: " "),
                fingerprints.joined(separator: " "),
            ]
            .joined(separator: "\t")
        }
    }

    private static let cases = [
        Case(seed: 1, count: 1), Case(seed: 2, count: 2), Case(seed: 3, count: 40), Case(seed: 4, count: 1000),
        Case(seed: 5, count: 301), Case(seed: 6, count: 100, values: 64, bits: 4, bands: 12, rows: 5, window: 32),
        Case(seed: 7, count: 100, values: 256, bits: 16, bands: 21, rows: 6, window: 1),
        Case(seed: 8, count: 65, values: 16, bits: 1, bands: 4, rows: 4, window: 64),
        Case(seed: 9, count: 90, values: 24, bits: 32, bands: 24, rows: 1, window: 5),
        Case(seed: 10, count: 90, values: 32, bits: 2, bands: 3, rows: 10, window: 17),
    ]

    private static func hex(_ value: some FixedWidthInteger) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: value.bitWidth / 4 - text.count) + text
    }

    @Test func thereIsAFileOfThisVersion() {
        #expect(Self.name == "vectors-v\(ShinglingParameters.hashVersion).tsv")
    }

    @Test func sketcherAgreesWithThePublishedVectors() throws {
        let url = Bundle.module.resourceURL!.appendingPathComponent("Fixtures/\(Self.name)")
        let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(rows.count == Self.cases.count)
        for (row, item) in zip(rows, Self.cases) {
            #expect(item.row(Sketch(item.shingles, try item.parameters())) == row)
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["NEARDUP_WRITE_VECTORS"] != nil))
    func writeTheVectors() throws {
        var lines = [
            "# Version 1, frozen. Seed and count of the shingle hashes (splitmix64's first numbers; for an odd count"
                + " its first (count + 1) / 2, then those again), K, bits, bands, rows, window,"
                + " packed signature, band keys, position:key of each fingerprint"
        ]
        for item in Self.cases { lines.append(item.row(Sketch(definitionOf: item.shingles, try item.parameters()))) }
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        try Data((lines.joined(separator: "\n") + "\n").utf8)
            .write(to: folder.appendingPathComponent(Self.name), options: .withoutOverwriting)
    }
}
