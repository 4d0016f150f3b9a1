/// The memory that writing a shard needs beside the documents: a table's sorted pairs, and the table packed from them.
///
/// Kept from table to table and from shard to shard, since the system takes longer to give fresh memory than a table takes to
/// be sorted. One thread writes with it at a time.
package final class ShardScratch {
    var sorted = SortedPairs()
    var packed = PackedTable()
    /// The most pairs that a table had for which its memory was used.
    private var mostPairs = 0

    /// Creates a scratch without memory.
    package init() {}

    /// Begins a shard whose largest table has so many pairs: memory that is far more than it needs is given back.
    func begin(largestTable pairs: Int) {
        if mostPairs > pairs + pairs / 4 {
            sorted = SortedPairs()
            packed = PackedTable()
            mostPairs = 0
        }
        mostPairs = max(mostPairs, pairs)
    }
}
