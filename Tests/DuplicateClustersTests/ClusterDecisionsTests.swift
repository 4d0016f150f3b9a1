import DuplicateClusters
import NearDuplicates
import Testing

struct ClusterDecisionsTests {
    @Test("decisions come back as they were made, and clusters by their representatives")
    func rows() {
        let made = [
            ClusterDecision(
                role: .member,
                representative: 3,
                relation: .near,
                jaccard: 0.9,
                containment: 1,
                coverage: 0.8
            ),
            ClusterDecision(role: .single, representative: 1, isBoilerplateOnly: true),
            ClusterDecision(role: .representative, representative: 2),
            ClusterDecision(role: .representative, representative: 3),
            ClusterDecision(role: .member, representative: 2, relation: .exact),
            ClusterDecision(role: .member, representative: 3, relation: .contained),
            ClusterDecision(role: .known, representative: 6),
        ]
        let decisions = ClusterDecisions(made)
        #expect(decisions.count == made.count && decisions.memberCount == 3)
        #expect((0..<made.count).map { decisions[$0] } == made)
        var clusters: [UInt32: [UInt32]] = [:]
        decisions.forEachCluster { clusters[$0] = Array($1) }
        #expect(clusters == [2: [4], 3: [0, 5]])
        #expect(made.map(\.role.isKept) == [false, true, true, true, false, false, false])
    }

    @Test("no documents make no clusters")
    func none() {
        let decisions = ClusterDecisions([])
        #expect(decisions.count == 0)
        decisions.forEachCluster { (_, _) in Issue.record("there is none") }
    }
}
