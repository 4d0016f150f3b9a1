internal import ShardFormat
internal import Synchronization

/// The common keys of a shard's documents, made by one thread for all of a run that asks for them often.
final class SharedCommonKeys: Sendable {
    /// Whether somebody has made them, is about it, or could not, and what came of it.
    private let state = Mutex<(isTaken: Bool, keys: CommonKeys?)>((false, nil))

    /// The keys, made if nobody has asked before; nil while they are being made and where they can't be: their lists are
    /// searched then.
    ///
    /// Damage is not told: a search meets it where it matters.
    func keys(of shard: Shard, _ allowance: MemoryAllowance) -> CommonKeys? {
        let (known, isFirst) = state.withLock { state in
            defer { state.isTaken = true }
            return (state.keys, !state.isTaken)
        }
        guard isFirst, allowance.take(CommonKeys.byteCount(of: shard)), let made = try? CommonKeys(of: shard) else {
            return known
        }
        state.withLock { $0.keys = made }
        return made
    }
}
