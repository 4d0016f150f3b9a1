import NearDuplicates
import Shingling
import TestSupport
import Testing

/// The figures by their definitions: sets of shingles of words, with nothing of the library's kernels.
private struct Plain {
    let a: [String]
    let b: [String]

    init(_ a: String, _ b: String) {
        self.a = a.split(separator: " ").map(String.init)
        self.b = b.split(separator: " ").map(String.init)
    }

    static func shingles(_ words: [String], _ width: Int) -> Set<[String]> {
        if words.isEmpty { return [] }
        if words.count < width { return [words] }
        return Set((0...words.count - width).map { Array(words[$0..<$0 + width]) })
    }

    func shared(_ width: Int) -> Int { Self.shingles(a, width).intersection(Self.shingles(b, width)).count }
}

private func words(_ count: Int, of vocabulary: Int, _ generator: inout SeededGenerator) -> [String] {
    (0..<count).map { _ in "w\(Int.random(in: 0..<vocabulary, using: &generator))" }
}

@Test func exactFiguresAreThoseOfTheDefinition() throws {
    let seed: UInt64 = 20_261_121
    var generator = SeededGenerator(seed: seed)
    for run in 0..<300 {
        let vocabulary = [3, 20, 5000].randomElement(using: &generator)!
        let common = words(Int.random(in: 0...80, using: &generator), of: vocabulary, &generator)
        let a = (words(Int.random(in: 0...60, using: &generator), of: vocabulary, &generator) + common)
            .joined(separator: " ")
        let b = (common + words(Int.random(in: 0...60, using: &generator), of: vocabulary, &generator))
            .joined(separator: " ")
        let width = Int.random(in: 1...7, using: &generator)
        let comparison = try ExactComparison(a, b, shingleTokens: width, leastPassageTokens: 1)
        let plain = Plain(a, b)
        let place = "run \(run) of seed \(seed)"
        #expect(comparison.incoming.tokens == plain.a.count && comparison.indexed.tokens == plain.b.count, "\(place)")
        #expect(comparison.incoming.shingles == Plain.shingles(plain.a, width).count, "\(place)")
        #expect(comparison.indexed.shingles == Plain.shingles(plain.b, width).count, "\(place)")
        #expect(comparison.sharedShingles == plain.shared(width), "\(place)")
        #expect(comparison.isSameContent == (plain.a == plain.b && !plain.a.isEmpty), "\(place)")
        expectPassages(comparison.passages, plain, width, place)
    }
}

/// Every passage is equal in both texts and can't be made longer; together they hold every shared shingle's first token.
private func expectPassages(_ passages: [Passage], _ plain: Plain, _ width: Int, _ place: String) {
    var end = 0
    var covered: Set<Int> = []
    for passage in passages {
        #expect(passage.incoming.lowerBound >= end, "passages overlap in \(place)")
        end = passage.incoming.upperBound
        #expect(Array(plain.a[passage.incoming]) == Array(plain.b[passage.indexed]), "\(place)")
        let (i, j) = (passage.incoming.upperBound, passage.indexed.upperBound)
        if i < plain.a.count, j < plain.b.count { #expect(plain.a[i] != plain.b[j], "\(place)") }
        covered.formUnion(passage.incoming)
    }
    guard plain.a.count >= width, plain.b.count >= width else { return }
    let known = Plain.shingles(plain.b, width)
    for start in 0...plain.a.count - width where known.contains(Array(plain.a[start..<start + width])) {
        // Its first token lies on a passage, or the passage before ended within it.
        #expect((start..<start + width).contains { covered.contains($0) }, "\(place)")
    }
}

@Test func textsOfOneWordTakeNoLonger() throws {
    let a = Array(repeating: "word", count: 20_000).joined(separator: " ")
    let b = Array(repeating: "word", count: 19_000).joined(separator: " ")
    let comparison = try ExactComparison(a, b)
    #expect(comparison.incoming.shingles == 1 && comparison.jaccard == 1)
    #expect(comparison.relation == .near)
    #expect(comparison.passages.first?.incoming.count == 19_000)
}

@Test func emptyTextsRelateToNothing() throws {
    for (a, b) in [("", ""), ("", "a b c d e f"), ("a b c", "")] {
        let comparison = try ExactComparison(a, b)
        #expect(comparison.relation == nil && comparison.jaccard == 0 && comparison.passages.isEmpty)
    }
    let short = try ExactComparison("A b C", "a B c")
    #expect(short.relation == .exact && short.containment == 1)
}
