internal import CKernels

extension Shard {
    /// Appends the documents that have one of these band keys (or ``ContentHash/bandKey``).
    ///
    /// The tables keep the top 32 bits of a key, so that a hit is a candidate only.
    ///
    /// - Parameters:
    ///   - keys: what to look for.
    ///   - remaining: for each key how many more documents may be taken; counted down.
    ///   - hits: receives documents, ascending for each key, keys in their order.
    ///   - countsLeft: whether ``ProbeHits/left(forKey:)`` is wanted; a key with nothing remaining is then still
    ///     looked up.
    /// - Throws: ``ShardError/corrupt(path:section:offset:expected:found:)``; `remaining` is then as it was.
    /// - Complexity: two cache misses a key, overlapping with other keys'.
    package func probeBands(
        _ keys: Span<UInt64>,
        remaining: inout MutableSpan<UInt32>,
        into hits: ProbeHits,
        countsLeft: Bool = true
    ) throws(ShardError) {
        try probe(.bands, keys, &remaining, hits, countsLeft)
    }

    /// Appends the ordinals of these fingerprints, ascending for each key.
    ///
    /// Otherwise as ``probeBands(_:remaining:into:countsLeft:)``.
    package func probeFingerprints(
        _ keys: Span<UInt64>,
        remaining: inout MutableSpan<UInt32>,
        into hits: ProbeHits,
        countsLeft: Bool = true
    ) throws(ShardError) {
        try probe(.fingerprints, keys, &remaining, hits, countsLeft)
    }

    /// Appends the documents whose ids may have one of these hashes: compare the ids themselves.
    ///
    /// The hashes are ``IdentifierHash``'s. Otherwise as ``probeBands(_:remaining:into:countsLeft:)``.
    package func probeIdentifiers(
        _ hashes: Span<UInt64>,
        remaining: inout MutableSpan<UInt32>,
        into hits: ProbeHits,
        countsLeft: Bool = false
    ) throws(ShardError) {
        try probe(.identifiers, hashes, &remaining, hits, countsLeft)
    }

    private func probe(
        _ table: ShardLayout.Table,
        _ keys: Span<UInt64>,
        _ remaining: inout MutableSpan<UInt32>,
        _ hits: ProbeHits,
        _ countsLeft: Bool
    ) throws(ShardError) {
        precondition(keys.count == remaining.count, "every key must have a number of values to take")
        let kernel = contents.tables[table.rawValue]
        var status = Int32(ND_OK)
        unsafe contents.pages.withKernel { pages in
            status = unsafe hits.probe(kernel, pages, keys, &remaining, countsLeft: countsLeft)
        }
        try contents.pages.check(status, .table(table, .lines), at: kernel.lines_offset)
    }

    /// Finds the documents of all hits, which must come from ``probeFingerprints(_:remaining:into:countsLeft:)`` on
    /// this shard.
    package func resolveDocuments(in hits: ProbeHits) throws(ShardError) {
        try unsafe contents.pages.call(.ordinalBlocks, at: contents.ordinals.blocks_offset) { pages in
            unsafe hits.resolveDocuments(contents.ordinals, pages)
        }
    }

    /// The document an ordinal belongs to.
    package func document(ofOrdinal ordinal: UInt32) throws(ShardError) -> UInt32 {
        var ordinals = contents.ordinals
        var ordinal = ordinal
        var document: UInt32 = 0
        try unsafe contents.pages.call(.ordinalBlocks, at: ordinals.blocks_offset) { pages in
            // One in, one out.
            unsafe nd_ordinal_documents(&ordinals, pages, &ordinal, 1, 1, &document)
        }
        return document
    }

    /// The ordinals of a document's fingerprints.
    package func fingerprintRange(of document: UInt32) throws(ShardError) -> Range<UInt32> {
        try check(document)
        guard fingerprintCount > 0 else { return 0..<0 }
        let offset = contents.ordinals.first_offset + 4 * UInt64(document)
        let both = try contents.pages.readUInt64(.firstOrdinals, at: offset)
        let (first, end) = (UInt32(truncatingIfNeeded: both), UInt32(truncatingIfNeeded: both >> 32))
        guard first <= end, Int(end) <= fingerprintCount else {
            throw contents.pages.corrupt(
                .firstOrdinals,
                at: offset,
                expected: "ascending numbers up to \(fingerprintCount)",
                found: "\(first) and \(end)"
            )
        }
        return first..<end
    }

    /// The first ordinal of a fingerprint within `range`, if it has one there.
    ///
    /// This says whether a document that a capped list left out has the fingerprint too.
    ///
    /// - Complexity: O(log *n*) in the length of the fingerprint's list.
    package func ordinal(of key: UInt64, within range: Range<UInt32>) throws(ShardError) -> UInt32? {
        try value(of: key, within: range, in: .fingerprints)
    }

    /// The first ordinal of a fingerprint in a document, if the document has it.
    package func ordinal(of key: UInt64, in document: UInt32) throws(ShardError) -> UInt32? {
        try ordinal(of: key, within: try fingerprintRange(of: document))
    }

    func value(
        of key: UInt64,
        within range: Range<UInt32>,
        in table: ShardLayout.Table
    ) throws(ShardError) -> UInt32? {
        guard !range.isEmpty else { return nil }
        var kernel = contents.tables[table.rawValue]
        var found = UInt32.max
        try unsafe contents.pages.call(.table(table, .lines), at: kernel.lines_offset) { pages in
            unsafe nd_table_range(&kernel, pages, key, range.lowerBound, range.upperBound, &found)
        }
        return found == .max ? nil : found
    }

    /// The hash of a document's token sequence.
    public func contentHash(of document: UInt32) throws(ShardError) -> ContentHash {
        try check(document)
        let offset = contents.contentHashes + UInt64(ShardLayout.contentBytes) * UInt64(document)
        return ContentHash(
            low: try contents.pages.readUInt64(.contentHashes, at: offset),
            high: try contents.pages.readUInt64(.contentHashes, at: offset + 8)
        )
    }

    func check(_ document: UInt32) throws(ShardError) {
        guard document < documentCount else {
            throw .noSuchDocument(path: path, document: document, count: documentCount)
        }
    }
}
