internal import CKernels

extension KeyLists {
    /// Replaces `counts` by how many fingerprints each document has.
    package mutating func fingerprintCounts(
        of documents: Span<UInt32>,
        in shard: Shard,
        into counts: inout [UInt32]
    ) throws(ShardError) {
        try findRanges(of: documents, in: shard)
        counts.removeAll(keepingCapacity: true)
        ranges.withSpan { ranges in
            for index in ranges.indices { counts.append(ranges[index].high - ranges[index].low) }
        }
    }

    private mutating func findRanges(of documents: Span<UInt32>, in shard: Shard) throws(ShardError) {
        var geometry = shard.contents.ordinals
        ranges.removeAll(keepingCapacity: true)
        ranges.reserve(documents.count)
        try unsafe shard.contents.pages.call(.firstOrdinals, at: geometry.first_offset) { pages in
            // There is room for a range a document.
            unsafe documents.withUnsafeBufferPointer { documents in
                unsafe nd_document_ranges(&geometry, pages, documents.baseAddress, documents.count, ranges.base)
            }
        }
        ranges.extend(to: documents.count)
    }

    /// Adds for each document how many of some keys' lists hold it; after a search for fingerprints.
    ///
    /// - Parameters:
    ///   - keys: the keys' indices.
    ///   - documents: ascending.
    ///   - shard: the shard that was searched.
    ///   - common: the same common lists turned round, which spares searching them; nil for none.
    ///   - counts: one a document.
    /// - Throws: ``ShardError`` where the table is damaged.
    /// - Complexity: O(*keys* x *documents* x log of the lists), less for documents close to each other; with `common`
    ///   O(*keys* + common keys of the documents), and the same as without for the lists that aren't common.
    package mutating func count(
        _ keys: Span<UInt32>,
        in documents: Span<UInt32>,
        of shard: Shard,
        with common: CommonKeys? = nil,
        into counts: inout MutableSpan<UInt32>
    ) throws(ShardError) {
        precondition(counts.count == documents.count, "a count is needed for each document")
        chosen.removeAll(keepingCapacity: true)
        for index in keys.indices {
            let key = Int(keys[index])
            guard lists[key].count > 0 else { continue }
            // Turned round, a list is told by its key, and where it lies doesn't matter.
            if common == nil { try resolve(key, in: shard) }
            chosen.append(lists[key])
        }
        if let common, chosen.count > 0 {
            let status = common.count(chosen, in: documents, places: &places, into: &counts)
            try shard.contents.pages.check(status, .table(.fingerprints, .commonValues), at: 0)
            keepPlain()
        }
        guard chosen.count > 0, documents.count > 0 else { return }
        try findRanges(of: documents, in: shard)
        // Those of a site's template are then next to each other, and apart from those of the whole crawl.
        unsafe chosen.withUnsafeMutable { lists in
            // In place.
            var lists = unsafe lists
            unsafe lists.sort { $0.count > $1.count }
        }
        var kernel = shard.contents.tables[ShardLayout.Table.fingerprints.rawValue]
        let section = ShardLayout.SectionIdentifier.table(.fingerprints, .commonValues)
        try unsafe shard.contents.pages.call(section, at: kernel.common_values_offset) { pages in
            unsafe counts.withUnsafeMutableBufferPointer { counts in
                // A range and a count for each document.
                unsafe nd_lists_count(
                    &kernel,
                    pages,
                    chosen.base,
                    chosen.count,
                    ranges.base,
                    ranges.count,
                    counts.baseAddress
                )
            }
        }
    }

    private mutating func keepPlain() {
        // In place: what is kept moves down.
        unsafe chosen.edit { lists in
            var kept = 0
            for index in lists.indices where unsafe lists[index].kind == UInt32(ND_LIST_PLAIN) {
                unsafe lists[kept] = lists[index]
                kept += 1
            }
            return kept
        }
    }
}
