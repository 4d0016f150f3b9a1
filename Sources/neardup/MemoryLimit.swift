import ArgumentParser
import CommandValues

/// What `--memory` must be at least, and what it is where it isn't given.
enum MemoryLimit {
    /// For documents on their way into an index: the more, the fewer shards, and the quicker are checks.
    ///
    /// Asked for once: a command's options are made several times before it runs.
    static let usual = AvailableMemory(read: SettingSources.read).share(ofMachine: machineMemory())

    /// A batch for each thread and a shard worth writing, or the buffers of a merge.
    static let least = ByteCount(bytes: 16 << 20)

    static func validate(_ memory: ByteCount, of option: String = "--memory") throws {
        if memory.bytes < least.bytes {
            throw ValidationError("\(option): expected at least \(least.defaultValueDescription)")
        }
    }
}
