import NearDuplicates
import Sketching
import Testing

extension CheckResult {
    /// Expects what the plain definition answers.
    func expect(toBe expected: PlainIndex.Answer, _ place: Comment) {
        #expect(verdict == expected.verdict, place)
        #expect(commonKeys == expected.commonKeys, place)
        #expect(matches.map(\.id) == expected.matches.map(\.id), place)
        for (match, plain) in zip(matches, expected.matches) where match.id == plain.id {
            #expect(match.relation == plain.relation, place)
            #expect(match.sharedFingerprints == plain.shared, place)
            #expect(abs(match.jaccard.value - plain.jaccard) < 1e-9, place)
            #expect(abs(match.containment.value - plain.containment) < 1e-9, place)
            #expect(abs(match.coverage.value - plain.coverage) < 1e-9, place)
            #expect((match.whole == nil) == (plain.whole == nil), place)
            if let found = match.whole, let whole = plain.whole {
                #expect(abs(found.containment.value - whole.containment) < 1e-9, place)
                #expect(abs(found.coverage.value - whole.coverage) < 1e-9, place)
            }
            #expect(match.passages == plain.passages, place)
            #expect(match.url == "https://example.org/\(match.id)", place)
        }
    }
}
