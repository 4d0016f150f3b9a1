internal import ShardFormat

/// What relates to texts that many documents relate to, for the next copy of one of them.
///
/// What is found follows from the sketch, and that from the tokens alone: of two equal texts the second need not be searched
/// for. Licences, notices and much-copied stories come again and again, and are the texts with the most matches.
struct RecentFindings {
    /// What a search found, before names are looked up.
    struct Findings {
        /// The strongest first.
        var candidates: [Candidate] = []
        /// Fingerprints of the text that are content.
        var contentCount = 0
        /// Fingerprints of it that are common.
        var commonKeys = 0
        /// Documents that were looked at.
        var documentsLookedAt = 0
    }

    private var kept: [ContentHash: Findings] = [:]
    /// In the order they were kept.
    private var order: [ContentHash] = []
    private var candidateCount = 0

    /// A text with fewer candidates is found as fast again.
    private static let leastCandidates = 8
    /// Candidates that are kept, 3 MB of them.
    private static let mostCandidates = 1 << 14

    /// What was found of a text, if it is known.
    func findings(of content: ContentHash) -> Findings? { kept.isEmpty ? nil : kept[content] }

    /// Keeps what was found of a text that is not known, in the place of what was kept first if there is no room.
    mutating func keep(_ findings: Findings, of content: ContentHash) {
        let count = findings.candidates.count
        guard count >= Self.leastCandidates, count <= Self.mostCandidates else { return }
        var dropped = 0
        while candidateCount + count > Self.mostCandidates {
            candidateCount -= kept.removeValue(forKey: order[dropped])?.candidates.count ?? 0
            dropped += 1
        }
        order.removeFirst(dropped)
        var findings = findings
        // In memory of its own length, and not in the searcher's room, which is as long as the longest.
        findings.candidates = findings.candidates.map { $0 }
        kept[content] = findings
        order.append(content)
        candidateCount += count
    }

    /// Forgets everything: the index has changed.
    mutating func removeAll() { self = RecentFindings() }
}
