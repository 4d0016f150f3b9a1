import Synchronization

extension MemoryStorage {
    /// What a power cut leaves of the things that nobody made sure of.
    package enum CrashOutcome: Hashable, Sendable {
        /// Everything: the process is gone, the machine is not.
        case everything
        /// Nothing: only synchronised bytes, under names made durable by a synchronised directory.
        case surelyKept
        /// Of each file, its safe bytes and a random part of those that follow; of each name, a random number of the
        /// changes since the directory was synchronised. Names are independent: of two changes the later alone may stay.
        case prefixes(seed: UInt64)
        /// As ``prefixes(seed:)``, but the part lost of a file may stay as zeros: some file systems write a file's new
        /// length before its bytes.
        case prefixesAndZeros(seed: UInt64)
    }

    /// A new disk with what a power cut at this moment would leave, not locked by anyone; this one goes on untouched.
    ///
    /// The outcome depends only on the state and on the seed.
    ///
    /// - Complexity: O(*n*) for *n* bytes on the disk.
    package func crash(keeping outcome: CrashOutcome = .surelyKept) -> MemoryStorage {
        MemoryStorage(path: path, disk: disk.withLock { $0.afterCrash(keeping: outcome) })
    }
}

extension MemoryDisk {
    fileprivate func afterCrash(keeping outcome: MemoryStorage.CrashOutcome) -> MemoryDisk {
        var chance = Chance(outcome)
        var left = MemoryDisk()
        left.isPrepared = isPrepared
        // Two names of one file, as a rename half kept can leave them, stay two names of one file.
        var renumbered: [FileNumber: FileNumber] = [:]
        for (name, number) in names.kept({ chance.kept(of: $0) }).sorted(by: { $0.key < $1.key }) {
            if let known = renumbered[number] {
                left.names.set(name, to: known)
            } else {
                let created = left.create(name)
                renumbered[number] = created
                left.files[created] = files[number]?.afterCrash(&chance)
            }
        }
        left.synchronizeNames()
        return left
    }
}

extension MemoryDisk.File {
    fileprivate func afterCrash(_ chance: inout Chance) -> Self {
        var bytes = written
        let kept = synchronized + chance.kept(of: written.count - synchronized)
        let zeros = chance.zeros(of: written.count - kept)
        bytes.replaceSubrange(kept..., with: repeatElement(0, count: zeros))
        return Self(written: bytes, synchronized: bytes.count)
    }
}

/// Decides what is kept, from a seed.
///
/// The numbers are those of SplitMix64 (Steele and others, 2014).
private struct Chance: RandomNumberGenerator {
    private let keepsAnything: Bool
    private let keepsAll: Bool
    private let leavesZeros: Bool
    private var state: UInt64

    init(_ outcome: MemoryStorage.CrashOutcome) {
        keepsAll = outcome == .everything
        switch outcome {
        case .everything: (keepsAnything, leavesZeros, state) = (true, false, 0)
        case .surelyKept: (keepsAnything, leavesZeros, state) = (false, false, 0)
        case .prefixes(let seed): (keepsAnything, leavesZeros, state) = (true, false, seed)
        case .prefixesAndZeros(let seed): (keepsAnything, leavesZeros, state) = (true, true, seed)
        }
    }

    mutating func kept(of count: Int) -> Int {
        keepsAnything ? pick(count) : 0
    }

    mutating func zeros(of count: Int) -> Int {
        leavesZeros ? pick(count) : 0
    }

    /// All, nothing, or anything between, each a third of the time: the ends are where the mistakes are.
    private mutating func pick(_ count: Int) -> Int {
        if keepsAll { return count }
        return switch next() % 3 {
        case 0: 0
        case 1: count
        default: Int.random(in: 0...count, using: &self)
        }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
