package import ShardFormat

/// The fingerprints that were learned to be boilerplate, to ask of any fingerprint whether it is one.
///
/// Immutable, and shared by any number of threads. Eight bytes a fingerprint in memory.
public final class BoilerplateSet: Sendable {
    /// What was learned, with the passages for people.
    package let list: BoilerplateList
    /// How many of each document's fingerprints are in it, as far as that was counted when it was learned.
    let counted: BoilerplateCountList?

    /// For each value of a key's top bits where its keys begin, and one more.
    private let starts: [UInt32]
    /// Bits below the top ones.
    private let shift: UInt32

    /// Makes a list quick to ask.
    package init(_ list: BoilerplateList, counted: BoilerplateCountList? = nil) {
        self.list = list
        self.counted = counted
        // One key for each value of the top bits, about: keys are hashes.
        var bits: UInt32 = 1
        while bits < 28, 1 << Int(bits) < list.keys.count { bits += 1 }
        shift = 32 - bits
        var starts = [UInt32](repeating: 0, count: (1 << Int(bits)) + 1)
        for key in list.keys { starts[Int(key >> shift) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        self.starts = starts
    }

    /// How many fingerprints it has.
    public var count: Int { list.keys.count }

    /// Whether it has a fingerprint, of which tables keep these bits, the others zero.
    ///
    /// - Complexity: two cache misses.
    package func contains(_ key: UInt32) -> Bool {
        let bucket = Int(key >> shift)
        for index in Int(starts[bucket])..<Int(starts[bucket + 1]) where list.keys[index] >= key {
            return list.keys[index] == key
        }
        return false
    }

    /// Whether it has a fingerprint of a sketch.
    package func contains(fingerprint: UInt64) -> Bool { contains(StoredKey.fingerprint(fingerprint)) }

    /// How many of a document's fingerprints it has.
    package func count(in fingerprints: Span<UInt64>) -> Int {
        var count = 0
        for index in fingerprints.indices where contains(fingerprint: fingerprints[index]) { count += 1 }
        return count
    }
}

extension BoilerplateSet {
    /// A set of fingerprints alone; keys ascend.
    package convenience init(keys: [UInt32]) {
        self.init(BoilerplateList(documents: 0, clusters: 0, hosts: 0, keys: keys, passages: [], passageCount: 0))
    }
}
