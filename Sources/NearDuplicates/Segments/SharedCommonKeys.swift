internal import ShardFormat
internal import Synchronization

/// The common keys of a shard's documents, made once for all searchers of a run that ask for them often.
final class SharedCommonKeys: Sendable {
    /// How far they are.
    enum State {
        case unasked
        case inTheMaking
        case made(CommonKeys)
        /// There is no memory for them, or the shard is damaged: their lists are searched.
        case refused
    }

    private let state = Mutex(State.unasked)

    /// How far the keys are; whoever asks first has them made.
    ///
    /// Damage is not told: a search meets it where it matters.
    func keys(of shard: Shard, _ resources: BulkResources) -> State {
        let before = state.withLock { state in
            let before = state
            if case .unasked = state { state = .inTheMaking }
            return before
        }
        guard case .unasked = before else { return before }
        make(of: shard, resources)
        return state.withLock { $0 }
    }

    private func make(of shard: Shard, _ resources: BulkResources) {
        guard resources.takeForLists(CommonKeys.byteCount(of: shard)) else {
            return state.withLock { $0 = .refused }
        }
        // Beside the searchers: one that stopped for it would soon stop all, since answers are written in order.
        resources.start { [self] in
            let made = try? CommonKeys(of: shard)
            state.withLock { $0 = made.map { .made($0) } ?? .refused }
            resources.giveBack(CommonKeys.byteCount(of: shard) - (made?.byteCount ?? 0))
        }
    }
}
