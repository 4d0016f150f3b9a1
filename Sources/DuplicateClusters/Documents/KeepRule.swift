/// Which document of a cluster stands for the others: the first in this order.
package enum KeepRule: String, CaseIterable, Hashable, Sendable {
    /// The one of most tokens; of those alike, the first that was read.
    case longest
    /// The one read first.
    case first
    /// The one read last.
    case last
    /// The one of the latest date; of those alike, the first that was read. A document without a date comes after all others.
    case newest
}
