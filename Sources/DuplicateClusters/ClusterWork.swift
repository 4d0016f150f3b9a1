package import IndexStorage
package import NearDuplicates
package import ShardFormat
internal import Synchronization

/// What all phases of finding clusters work with: the index, the directory of working files, and what they may take.
package final class ClusterWork: Sendable {
    /// The documents.
    package let sources: ClusterSources
    /// Where working files go.
    package let storage: any IndexDirectory
    /// When documents are alike.
    package let rule: MatchRule
    /// Bytes of memory that a phase may take for words it sorts.
    ///
    /// What is needed of each document lies in mapped working files.
    package let memory: Int
    /// How loops are run whose rounds don't depend on each other.
    package let loop: ParallelLoop
    /// How many rounds run at a time.
    package let threads: Int
    private let scratchCount = Mutex(0)
    private let owners = Mutex<OrdinalOwners?>(nil)

    /// Begins a run; nothing is read yet.
    package init(
        _ sources: ClusterSources,
        in storage: any IndexDirectory,
        rule: MatchRule = MatchRule(),
        memory: Int = 256 << 20,
        loop: ParallelLoop = .inTurn,
        threads: Int = 1
    ) {
        self.sources = sources
        self.storage = storage
        self.rule = rule
        self.memory = memory
        self.loop = loop
        self.threads = threads
    }

    /// Which documents fingerprints belong to, for a ``PostingStream``; found out when it is first asked for.
    package func fingerprintOwners() throws(ClusterError) -> OrdinalOwners {
        if let owners = owners.withLock({ $0 }) { return owners }
        let name = scratchName("owners")
        let found = try ClusterError.reading { () throws(ShardError) in
            try OrdinalOwners(sources.shards.map(\.shard), in: storage, named: name)
        }
        owners.withLock { $0 = found }
        return found
    }

    /// A name for a scratch file that this run has not used yet.
    func scratchName(_ what: String) -> String {
        let number = scratchCount.withLock { count in
            count += 1
            return count
        }
        return "\(what)-\(number).ndscratch"
    }

    /// Runs `body` for each number below `count` on as many threads as there are; throws what the first failed round threw.
    func forEach(
        _ count: Int,
        _ body: @escaping @Sendable (Int) throws(ClusterError) -> Void
    ) throws(ClusterError) {
        let failure = Mutex<(index: Int, error: ClusterError)?>(nil)
        loop(count) { index in
            guard failure.withLock({ $0 == nil }) else { return }
            do throws(ClusterError) {
                try body(index)
            } catch {
                failure.withLock { if $0 == nil || $0!.index > index { $0 = (index, error) } }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure.error }
    }
}
