/// How well found matches agree with pairs that are known.
///
/// A pair counts once, in either direction. Of the labelled pairs those count of which at least one document was checked.
public struct Evaluation: Hashable, Sendable {
    /// How many there were, and how many of them were found.
    public struct Share: Hashable, Sendable {
        /// Pairs found.
        public var found = 0
        /// Pairs in all.
        public var total = 0

        /// Creates a share.
        public init(found: Int = 0, total: Int = 0) {
            self.found = found
            self.total = total
        }

        /// The share found, 0 to 1; nil where there were none.
        public var value: Double? { total == 0 ? nil : Double(found) / Double(total) }

        mutating func add(_ isFound: Bool) {
            total += 1
            if isFound { found += 1 }
        }
    }

    /// Documents checked.
    public var documents = 0
    /// Of the labelled pairs, those found.
    public var recall = Share()
    /// Of the pairs found, those labelled.
    public var precision = Share()
    /// Precision by relation.
    public var precisionByRelation: [String: Share] = [:]
    /// Recall by the kind that labels name.
    public var recallByKind: [String: Share] = [:]
    /// Recall by exact Jaccard: ten bands of a tenth; the last holds 1 as well.
    public var recallByJaccard: [Share] = Array(repeating: Share(), count: 10)
    /// Labelled pairs without a document that was checked.
    public var unchecked = 0
    /// Of the pairs known to be none, those found all the same.
    public var negatives = Share()
    /// The root mean square error of the Jaccard told of labelled pairs, and of how many; nil where none has one.
    public var jaccardError: (value: Double, pairs: Int)? {
        errorPairs == 0 ? nil : ((squaredErrors / Double(errorPairs)).squareRoot(), errorPairs)
    }

    private var squaredErrors = 0.0
    private var errorPairs = 0

    /// The harmonic mean of precision and recall; nil where either has nothing to be a share of.
    public var f1: Double? {
        guard let precision = precision.value, let recall = recall.value else { return nil }
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }

    /// Compares matches with labels.
    ///
    /// - Parameters:
    ///   - matches: what was found.
    ///   - truth: pairs that should be.
    ///   - negatives: pairs that should not be; pairs in neither list count against precision too.
    ///   - relations: what counts as found.
    ///   - leastJaccard: labelled pairs of a lower exact Jaccard are left out; those without one stay.
    public init(
        _ matches: FoundMatches,
        truth: LabelledPairs,
        negatives: LabelledPairs = LabelledPairs(),
        relations: Set<String> = Set(FoundMatches.relations),
        leastJaccard: Double = 0
    ) {
        documents = matches.documents.count
        let found = matches.pairs.filter { relations.contains($0.value.relation) }
        func isChecked(_ pair: DocumentPair) -> Bool {
            matches.documents.contains(pair.first) || matches.documents.contains(pair.second)
        }
        for (pair, label) in truth.labels where (label.jaccard ?? 1) >= leastJaccard {
            guard isChecked(pair) else {
                unchecked += 1
                continue
            }
            let isFound = found[pair] != nil
            recall.add(isFound)
            if !label.kind.isEmpty { recallByKind[label.kind, default: Share()].add(isFound) }
            guard let jaccard = label.jaccard else { continue }
            recallByJaccard[min(9, Int(jaccard * 10))].add(isFound)
        }
        for (pair, match) in found {
            let label = truth.labels[pair]
            // What the truth knows and leaves out is neither right nor wrong.
            if let jaccard = label?.jaccard, jaccard < leastJaccard { continue }
            precision.add(label != nil)
            precisionByRelation[match.relation, default: Share()].add(label != nil)
        }
        // In the order of the pairs, so that the sum doesn't depend on the dictionary's.
        let told = found.compactMap { pair, match -> (DocumentPair, Double)? in
            guard let exact = truth.labels[pair]?.jaccard, exact >= leastJaccard else { return nil }
            return (pair, match.jaccard - exact)
        }
        for (_, error) in told.sorted(by: { ($0.0.first, $0.0.second) < ($1.0.first, $1.0.second) }) {
            squaredErrors += error * error
            errorPairs += 1
        }
        for pair in negatives.labels.keys where isChecked(pair) { self.negatives.add(found[pair] != nil) }
    }
}
