import ArgumentParser
import CommandValues

/// What `--memory` must be at least.
enum MemoryLimit {
    /// A batch for each thread and a shard worth writing, or the buffers of a merge.
    static let least = ByteCount(bytes: 16 << 20)

    static func validate(_ memory: ByteCount, of option: String = "--memory") throws {
        if memory.bytes < least.bytes {
            throw ValidationError("\(option): expected at least \(least.defaultValueDescription)")
        }
    }
}
