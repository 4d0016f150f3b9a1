internal import ShardFormat
internal import Synchronization

/// The common keys of a shard's documents, made by one thread for all of a run that asks for them often.
final class SharedCommonKeys: Sendable {
    private enum State {
        case none
        /// A thread is making them, or there is no memory for them, or the shard is damaged.
        case refused
        case made(CommonKeys)
    }

    private let state = Mutex(State.none)

    /// The keys, made if nobody has asked before; nil while they are being made and where they can't be: their lists are
    /// searched then.
    ///
    /// Damage is not told: a search meets it where it matters.
    func keys(of shard: Shard, _ allowance: MemoryAllowance) -> CommonKeys? {
        let (known, isFirst): (CommonKeys?, Bool) = state.withLock { state in
            switch state {
            case .made(let keys): return (keys, false)
            case .refused: return (nil, false)
            case .none:
                state = .refused
                return (nil, true)
            }
        }
        guard isFirst, allowance.take(CommonKeys.byteCount(of: shard)), let made = try? CommonKeys(of: shard) else {
            return known
        }
        state.withLock { $0 = .made(made) }
        return made
    }
}
