import Shingling
import Sketching
import TestSupport
import Testing

/// What winnowing promises: every shared run of window + shingle - 1 tokens shares a fingerprint.
@Suite struct WinnowingTests {
    private struct Fingerprints {
        var keys: Set<UInt64>
        var positions: [UInt32]
    }

    private func fingerprints(_ text: String, width: Int, window: Int) throws -> Fingerprints {
        var shingler = TextShingler(parameters: ShinglingParameters(tokens: width))
        var sketcher = ShingleSketcher(parameters: try SketchingParameters(window: window))
        shingler.read(text)
        sketcher.sketch(shingler.shingles)
        return Fingerprints(
            keys: Set(Array(copying: sketcher.fingerprints)),
            positions: Array(copying: sketcher.positions)
        )
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func everySharedRunOfWordsSharesAFingerprint(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let width = Int.random(in: 1...8, using: &random)
        let window = Int.random(in: 1...64, using: &random)
        // Few words repeat within a window, many never do.
        let words = [2, 5, 1_000_000].randomElement(using: &random)!
        func run(_ count: Int, _ prefix: String) -> [String] {
            (0..<count).map { _ in "\(prefix)\(Int.random(in: 0..<words, using: &random))" }
        }
        let shared = run(window + width - 1, "s")
        func text(_ prefix: String) -> String {
            let before = run(Int.random(in: 0...130, using: &random), prefix)
            let after = run(Int.random(in: 0...130, using: &random), prefix)
            return (before + shared + after).joined(separator: " ")
        }
        let one = try fingerprints(text("a"), width: width, window: window)
        let other = try fingerprints(text("b"), width: width, window: window)
        #expect(!one.keys.isDisjoint(with: other.keys), "seed \(seed), window \(window), width \(width)")
    }

    /// Where tokens are single characters a shingle spans twice as many, and the promise is of as many more.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func everySharedRunOfSingleCharactersSharesAFingerprint(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let width = Int.random(in: 1...6, using: &random)
        let window = Int.random(in: 1...64, using: &random)
        func run(_ count: Int, from first: UInt32) -> String {
            String(
                String.UnicodeScalarView(
                    (0..<count).map { _ in Unicode.Scalar(first + UInt32.random(in: 0..<3000, using: &random))! }
                )
            )
        }
        let shared = run(window + 2 * width - 1, from: 0x4E00)
        func text(from first: UInt32) -> String {
            let before = run(Int.random(in: 0...130, using: &random), from: first)
            return before + shared + run(Int.random(in: 2 * width...130, using: &random), from: first)
        }
        let one = try fingerprints(text(from: 0x6000), width: width, window: window)
        let other = try fingerprints(text(from: 0x7000), width: width, window: window)
        #expect(!one.keys.isDisjoint(with: other.keys), "seed \(seed), window \(window), width \(width)")
    }

    @Test(arguments: [4, 16, 32, 64])
    func choosesAboutTwoInWindowPlusOne(window: Int) throws {
        var random = SeededGenerator(seed: UInt64(window))
        let text = (0..<20_000).map { _ in "w\(random.next())" }.joined(separator: " ")
        let found = try fingerprints(text, width: 5, window: window)
        let share = Double(found.positions.count) / 19_996
        #expect(abs(share * Double(window + 1) / 2 - 1) < 0.1)
        for (before, after) in zip(found.positions, found.positions.dropFirst()) {
            #expect(after > before && after - before <= UInt32(window))
        }
    }

    @Test func aRepeatedFingerprintIsKeptOnceWhereItComesFirst() throws {
        let sentence = "one two three four five six seven eight nine ten "
        let found = try fingerprints(String(repeating: sentence, count: 30), width: 5, window: 4)
        #expect(found.positions.count == found.keys.count)
        #expect(found.positions.allSatisfy { $0 < 20 })
    }
}
