import MatchEvaluation
import Testing

private func matches(_ lines: [String]) throws -> FoundMatches {
    var matches = FoundMatches()
    for (index, line) in lines.enumerated() { try matches.add(line.utf8, source: "m.jsonl", number: index + 1) }
    return matches
}

private func answer(_ id: String, _ matches: (id: String, relation: String, jaccard: Double)...) -> String {
    let list = matches.map {
        "{\"id\":\"\($0.id)\",\"relation\":\"\($0.relation)\",\"jaccard\":\($0.jaccard),\"coverage\":1}"
    }
    return "{\"id\":\"\(id)\",\"verdict\":\"x\",\"matches\":[\(list.joined(separator: ","))]}"
}

@Test func aPairCountsOnceAndItsStrongerRelation() throws {
    let found = try matches([
        answer("a", ("a", "exact", 1), ("b", "contains", 0.4)), answer("b", ("a", "contained", 0.4), ("b", "exact", 1)),
    ])
    #expect(found.documents == ["a", "b"])
    #expect(found.pairs.count == 1)
    #expect(found.pairs[DocumentPair("b", "a")!]?.relation == "contained")
}

@Test func sharesAreThoseCountedByHand() throws {
    let truth = try LabelledPairs(
        tabSeparated:
            "id\toriginal\n# more\na\tb\tedited\t0.95\nc\ta\texcerpt\t0.25\r\nd\te\tedited\t1\n\ny\tz\tedited\t0.9\na\ta\n",
        source: "t.tsv"
    )
    let negatives = try LabelledPairs(tabSeparated: "a\td\nb\td\n", source: "n.tsv")
    let found = try matches([
        answer("a", ("b", "near", 0.85), ("d", "contains", 0.1)), answer("b"), answer("c"),
        answer("d", ("e", "exact", 1), ("f", "overlaps", 0)),
        "{\"source\":\"x\",\"offset\":3,\"error\":{\"code\":\"c\",\"message\":\"m\"}}",
    ])
    let all = Evaluation(found, truth: truth, negatives: negatives)
    #expect(all.documents == 4 && all.unchecked == 1)
    #expect(all.recall == share(2, 3) && all.precision == share(2, 4))
    #expect(abs(all.f1! - 2 * (2.0 / 3) * 0.5 / (2.0 / 3 + 0.5)) < 1e-12)
    #expect(all.recallByKind == ["edited": share(2, 2), "excerpt": share(0, 1)])
    #expect(all.recallByJaccard[9] == share(2, 2) && all.recallByJaccard[2] == share(0, 1))
    #expect(all.recallByJaccard.map(\.total).reduce(0, +) == 3)
    #expect(all.precisionByRelation["contains"] == share(0, 1))
    #expect(all.negatives == share(1, 2))
    #expect(abs(all.jaccardError!.value - (0.01 / 2).squareRoot()) < 1e-12 && all.jaccardError!.pairs == 2)
    let strict = Evaluation(found, truth: truth, relations: ["near", "exact"], leastJaccard: 0.96)
    #expect(strict.recall == share(1, 1))
    // The pair of Jaccard 0.95 is known, and neither right nor wrong.
    #expect(strict.precision == share(1, 1))
}

@Test func whatIsNoMatchIsNamed() throws {
    #expect(throws: EvaluationError.badPair(source: "t", line: 2, found: "only")) {
        try LabelledPairs(tabSeparated: "a\tb\nonly\n", source: "t")
    }
    #expect(throws: EvaluationError.badMatch(source: "m.jsonl", line: 1, message: "got one without id and matches")) {
        _ = try matches(["{\"verdict\":\"unique\"}"])
    }
    for line in ["{", "[]", "{\"id\":3,\"matches\":[]}", ""] {
        #expect(throws: EvaluationError.self) { _ = try matches([line]) }
    }
}

private func share(_ found: Int, _ total: Int) -> Evaluation.Share { Evaluation.Share(found: found, total: total) }
