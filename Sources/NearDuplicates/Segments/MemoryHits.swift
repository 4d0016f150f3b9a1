internal import ShardFormat

/// Where the documents of a query's keys lie in the parts of a memory segment.
///
/// Reused from query to query. A value, so that whoever holds it asks once a query whether it may be changed.
struct MemoryHits {
    /// Where the documents of a key lie in a part's table.
    private struct Hit {
        var key: Int
        var part: Int
        var places: Range<Int>
    }

    /// A part's tables, its dead documents, and the number of its first one.
    private struct Part {
        let bands: KeyTable
        let fingerprints: KeyTable
        let dead: Tombstones?
        let first: UInt32

        func table(_ kind: PostingKind) -> KeyTable { kind == .band ? bands : fingerprints }
    }

    private let parts: [Part]
    private var kind = PostingKind.fingerprint
    private var stored: [UInt32] = []
    /// What was found last, by part.
    private var unordered: [Hit] = []
    /// By key, and of each by part.
    private var hits: [Hit] = []
    /// Where the hits of each key end.
    private var ends: [Int] = []

    init(_ segment: MemorySegment) {
        parts = zip(segment.parts, segment.firsts)
            .map { part, first in
                Part(
                    bands: part.content.bands,
                    fingerprints: part.content.fingerprints,
                    dead: part.dead.count > 0 ? part.dead : nil,
                    first: first
                )
            }
    }

    /// Looks keys up, of which the other methods then tell.
    mutating func find(_ keys: [UInt64], in kind: PostingKind) {
        self.kind = kind
        stored.removeAll(keepingCapacity: true)
        for key in keys { stored.append(kind == .band ? StoredKey.band(key) : StoredKey.fingerprint(key)) }
        var found: [Hit] = []
        swap(&found, &unordered)
        found.removeAll(keepingCapacity: true)
        for part in parts.indices {
            parts[part].table(kind).find(stored.span) { found.append(Hit(key: $0, part: part, places: $1)) }
        }
        unordered = found
        order(keys.count)
    }

    /// Puts the hits, which come by part, in the order of their keys; of one key they stay as they are.
    private mutating func order(_ keys: Int) {
        ends.removeAll(keepingCapacity: true)
        hits.removeAll(keepingCapacity: true)
        guard !unordered.isEmpty else { return }
        ends.append(contentsOf: repeatElement(0, count: keys))
        for hit in unordered { ends[hit.key] += 1 }
        var sum = 0
        for key in ends.indices { (ends[key], sum) = (sum, sum + ends[key]) }
        hits.append(contentsOf: unordered)
        // Each end is where the next hit of its key goes, until all are there.
        for hit in unordered {
            hits[ends[hit.key]] = hit
            ends[hit.key] += 1
        }
    }

    private func hits(of key: Int) -> ArraySlice<Hit> { hits[(key == 0 ? 0 : ends[key - 1])..<ends[key]] }

    /// For each key how many live documents hold it, its limit at most.
    func count(limits: [UInt32], into counts: inout [UInt32]) {
        for key in limits.indices { counts[key] = 0 }
        for hit in hits where counts[hit.key] < limits[hit.key] {
            counts[hit.key] += countLive(hit, limit: limits[hit.key] - counts[hit.key])
        }
    }

    private func countLive(_ hit: Hit, limit: UInt32) -> UInt32 {
        guard let dead = parts[hit.part].dead else { return min(limit, UInt32(hit.places.count)) }
        let table = parts[hit.part].table(kind)
        var count: UInt32 = 0
        for place in hit.places {
            if count == limit { break }
            if !dead.contains(table.document(at: place)) { count += 1 }
        }
        return count
    }

    /// Calls with the live documents of a key, ascending, until told to stop.
    private func forEachDocument(ofKey key: Int, _ goesOn: (UInt32) -> Bool) {
        guard !hits.isEmpty else { return }
        for hit in hits(of: key) {
            let part = parts[hit.part]
            let table = part.table(kind)
            for place in hit.places {
                let document = table.document(at: place)
                if let dead = part.dead, dead.contains(document) { continue }
                if !goesOn(part.first + document) { return }
            }
        }
    }

    /// Appends the live documents of each key, the first ones, as many as its limit allows.
    func takeDocuments(limits: [UInt32], into documents: inout [UInt32]) {
        guard !hits.isEmpty else { return }
        for key in limits.indices where limits[key] > 0 {
            let end = documents.count + Int(limits[key])
            forEachDocument(ofKey: key) { document in
                documents.append(document)
                return documents.count < end
            }
        }
    }

    /// The live document of a number among those that hold a key; 0 where there are fewer.
    func document(number: Int, ofKey key: Int) -> UInt32 {
        var left = number
        var found: UInt32 = 0
        forEachDocument(ofKey: key) { document in
            found = document
            left -= 1
            return left >= 0
        }
        return left < 0 ? found : 0
    }

    /// Adds to the count of each document, of ascending live ones, that holds a key.
    func count(_ key: Int, in documents: [UInt32], into counts: inout [UInt32]) {
        guard !hits.isEmpty else { return }
        // Both ascend.
        var index = 0
        for hit in hits(of: key) {
            let first = parts[hit.part].first
            while index < documents.count, documents[index] < first { index += 1 }
            if index == documents.count { return }
            // None of them is in this part: the list of a common key is long.
            if hit.part + 1 < parts.count, documents[index] >= parts[hit.part + 1].first { continue }
            let table = parts[hit.part].table(kind)
            for place in hit.places {
                let document = first + table.document(at: place)
                while index < documents.count, documents[index] < document { index += 1 }
                if index == documents.count { return }
                if documents[index] == document {
                    counts[index] += 1
                    index += 1
                }
            }
        }
    }
}
