import ArgumentParser

/// What `--memory` must be at least.
enum MemoryLimit {
    /// A batch for each thread and a shard worth writing, or the buffers of a merge.
    static let least = ByteCount(bytes: 16 << 20)

    static func validate(_ memory: ByteCount) throws {
        if memory.bytes < least.bytes {
            throw ValidationError("--memory: expected at least \(least.defaultValueDescription)")
        }
    }
}

/// What `--threads` may be.
enum ThreadLimit {
    static func validate(_ threads: Int?) throws {
        if let threads, !(1...512).contains(threads) {
            throw ValidationError("--threads: expected 1 to 512, got \(threads)")
        }
    }
}
