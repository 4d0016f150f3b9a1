internal import CKernels

/// Which common fingerprints each document of a shard has: the common lists turned round.
///
/// A shard lists the documents of a key and not the keys of a document. To ask of some documents which of a query's common
/// fingerprints they have is then a search in every list for every document, which finds little in the cache; of a crawl,
/// whose pages share their sites' templates, that is a sixth of a check. Turned round, the keys of a document lie
/// side by side. It takes as much memory as the lists take in the file, and twice as much while it is made.
// @unchecked: nothing changes once it is made.
package final class CommonKeys: @unchecked Sendable {
    private var starts = GrowableBuffer<UInt32>()
    private var keys = GrowableBuffer<UInt32>()
    private let documents: Int

    /// Turns the lists of a shard round.
    ///
    /// - Throws: ``ShardError`` where the table is damaged.
    /// - Complexity: O(the values of its common lists).
    package init(of shard: Shard) throws(ShardError) {
        documents = shard.documentCount
        var table = shard.contents.tables[ShardLayout.Table.fingerprints.rawValue]
        var ordinals = shard.contents.ordinals
        starts = GrowableBuffer(uninitializedCount: documents + 2)
        keys = GrowableBuffer(uninitializedCount: shard.commonValueCount)
        let owners = GrowableBuffer<UInt32>(uninitializedCount: shard.commonValueCount)
        let section = ShardLayout.SectionIdentifier.table(.fingerprints, .commonValues)
        try unsafe shard.contents.pages.call(section, at: table.common_values_offset) { pages in
            // Two more starts than documents; an owner and a key for each value.
            let status = unsafe nd_common_keys_begin(&table, &ordinals, pages, starts.base, owners.base)
            guard status == Int32(ND_OK) else { return status }
            return unsafe nd_common_keys_fill(&table, pages, owners.base, starts.base, keys.base)
        }
    }

    /// The memory that they take, in bytes.
    package var byteCount: Int { starts.byteCount + keys.byteCount }

    /// The memory that making those of a shard takes, in bytes; a good half of it stays.
    package static func byteCount(of shard: Shard) -> Int { 4 * (2 * shard.commonValueCount + shard.documentCount + 2) }

    /// Adds for each document how many of the lists that aren't plain hold it; the kernel's status.
    func count(
        _ lists: borrowing GrowableBuffer<nd_list>,
        in asked: Span<UInt32>,
        places: inout GrowableBuffer<UInt32>,
        into counts: inout MutableSpan<UInt32>
    ) -> Int32 {
        places.reserve(nd_common_keys_places(lists.count))
        var common = unsafe nd_common_keys(
            starts: starts.base,
            keys: keys.base,
            documents: UInt32(documents),
            count: UInt32(keys.count)
        )
        return unsafe asked.withUnsafeBufferPointer { asked in
            unsafe counts.withUnsafeMutableBufferPointer { counts in
                // A count for each document, and room for the places that the kernel asks for.
                unsafe nd_common_keys_count(
                    &common,
                    lists.base,
                    lists.count,
                    asked.baseAddress,
                    asked.count,
                    places.base,
                    counts.baseAddress
                )
            }
        }
    }
}

extension Shard {
    /// The values of the common lists of its fingerprints together.
    package var commonValueCount: Int {
        Int(contents.tables[ShardLayout.Table.fingerprints.rawValue].common_values)
    }
}
