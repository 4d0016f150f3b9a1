import NearDuplicates
import TestSupport
import Testing

/// Which documents are dropped before anything is looked up of them.
struct LeastSharedTests {
    @Test("the least that a document must share is the first count that any document could match with")
    func leastShared() {
        var generator = SeededGenerator(seed: 41)
        for _ in 0..<2000 {
            var rule = MatchRule()
            rule.nearJaccard = Double.random(in: 0.05...1, using: &generator)
            rule.revisedShare = Double.random(in: 0.05...1, using: &generator)
            rule.containment = Double.random(in: 0.05...1, using: &generator)
            rule.coverage = Double.random(in: 0.05...1, using: &generator)
            rule.sharedFingerprints = Int.random(in: 1...40, using: &generator)
            rule.overlapTokens = Bool.random(using: &generator) ? 50 : nil
            let own = Int.random(in: 0...300, using: &generator)
            let least = (0...41)
                .first { shared in
                    rule.couldMatch(shared: shared, queryFingerprints: own, documentFingerprints: 0)
                }
            #expect(rule.leastShared(queryFingerprints: own) == least, "\(rule), \(own) fingerprints")
        }
    }

    @Test("what shares less could not match, however few fingerprints it has")
    func less() {
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<2000 {
            var rule = MatchRule()
            rule.nearJaccard = Double.random(in: 0.05...1, using: &generator)
            rule.sharedFingerprints = Int.random(in: 1...10, using: &generator)
            let own = Int.random(in: 0...100, using: &generator)
            for shared in 0..<rule.leastShared(queryFingerprints: own) {
                let theirs = Int.random(in: shared...100, using: &generator)
                #expect(!rule.couldMatch(shared: shared, queryFingerprints: own, documentFingerprints: theirs))
            }
        }
    }
}
