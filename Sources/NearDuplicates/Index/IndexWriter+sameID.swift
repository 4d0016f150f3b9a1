internal import CrawlModel
internal import IndexStorage
internal import ShardFormat

// What adding a document does when its id is known.
extension IndexWriter {
    /// What becomes of a document whose id may be known.
    enum Decision {
        /// It goes in, in the place of a document of an older shard, if any.
        case goes(OlderPlace?)
        case stays
    }

    /// Decides whether a document goes in, and makes way for it.
    ///
    /// - Parameters:
    ///   - id: its id.
    ///   - idHash: the id's hash.
    ///   - contentHash: what it says.
    ///   - details: the hash of its URL and date.
    ///   - mayBeOlder: whether a shard that was the index's when the batch began may have the id.
    /// - Returns: what becomes of it.
    /// - Throws: ``IndexError``.
    func decide(
        _ id: Span<UInt8>,
        _ idHash: UInt64,
        _ contentHash: ContentHash,
        _ details: UInt64,
        mayBeOlder: Bool
    ) throws(IndexError) -> Decision {
        if let last = pending.entry(withID: id, hash: idHash) {
            let isSame = last.contentHash == contentHash && last.detailsHash == details
            guard try mayReplace(id, same: isSame) else { return .stays }
            pending.remove(withID: id, hash: idHash)
            counts.added -= 1
            counts.superseded += 1
            guard let place = pending.place(replacedBy: last.document) else { return .goes(nil) }
            guard try holds(place, contentHash, details) else { return .goes(place) }
            // Back to what the index has: a dump that names an id twice must add nothing when it is read again.
            older[place.shard].revive(place.document)
            counts.replaced -= 1
            counts.unchanged += 1
            return .stays
        }
        guard let place = try findCommitted(id, idHash, mayBeOlder: mayBeOlder) else { return .goes(nil) }
        guard try mayReplace(id, same: try holds(place, contentHash, details)) else { return .stays }
        older[place.shard].kill(place.document)
        counts.replaced += 1
        return .goes(place)
    }

    /// The live document of an id among the shards; the one that is being written is committed if it has it, and before
    /// any document can be replaced.
    private func findCommitted(
        _ id: Span<UInt8>,
        _ idHash: UInt64,
        mayBeOlder: Bool
    ) throws(IndexError) -> OlderPlace? {
        var mayBeOlder = mayBeOlder
        if let sealed, sealed.pending.entry(withID: id, hash: idHash) != nil {
            try finishSealed()
            mayBeOlder = true
        }
        guard mayBeOlder, let place = try find(id, idHash) else { return nil }
        guard sealed != nil else { return place }
        try finishSealed()
        // Shards of which nothing lives are gone from the list now.
        return try find(id, idHash)
    }

    /// Looks up the ids of a batch's first documents in all shards at once, which overlaps the waits for memory.
    ///
    /// Afterwards ``isSuspect`` says for each whether a shard may have it: few are that aren't known.
    func suspect(_ documents: borrowing DocumentBatch, first count: Int) throws(IndexError) {
        hashIdentifiers(documents, first: count)
        isSuspect.removeAll(keepingCapacity: true)
        for _ in idHashes { isSuspect.append(false) }
        do throws(ShardError) {
            for shard in older {
                for index in try cursors.placesThatMayBeKnown(idHashes, in: shard.segment) {
                    isSuspect[index] = true
                }
            }
        } catch {
            throw IndexError(error)
        }
    }

    /// Hashes the ids of a batch's first documents.
    func hashIdentifiers(_ documents: borrowing DocumentBatch, first count: Int) {
        let fields = documents.fields.storage.span
        idHashes.removeAll(keepingCapacity: true)
        for entry in documents.entries.prefix(count) {
            idHashes.append(IdentifierHash.hash(fields.extracting(entry.id.start..<entry.id.end)))
        }
    }

    /// The live document of an id among the shards.
    func find(_ id: Span<UInt8>, _ idHash: UInt64) throws(IndexError) -> OlderPlace? {
        do {
            for shard in older.indices.reversed() {
                if let document = try cursors.document(withID: id, hash: idHash, in: older[shard]) {
                    return OlderPlace(shard: shard, document: document)
                }
            }
            return nil
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
    }

    func holds(
        _ place: OlderPlace,
        _ contentHash: ContentHash,
        _ details: UInt64
    ) throws(IndexError) -> Bool {
        do {
            let shard = older[place.shard]
            return try cursors.holds(place.document, of: shard, contentHash: contentHash, detailsHash: details)
        } catch {
            throw IndexError(error)
        }
    }

    /// Whether the policy lets a document take the place of the one with its id.
    private func mayReplace(_ id: Span<UInt8>, same: Bool) throws(IndexError) -> Bool {
        switch policy {
        case .fail:
            throw .sameID(String(decoding: id.indices.map { id[$0] }, as: UTF8.self))
        case .skip:
            counts.skipped += 1
            return false
        case .replace:
            if same {
                counts.unchanged += 1
                return false
            }
            return true
        case nil:
            return true
        }
    }
}
