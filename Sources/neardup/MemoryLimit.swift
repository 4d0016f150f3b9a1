import ArgumentParser
import CommandValues

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// What `--memory` must be at least, and what it is where it isn't given.
enum MemoryLimit {
    /// For documents on their way into an index: the more, the fewer shards, and the quicker are checks.
    static var usual: ByteCount {
        let machine = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
        return AvailableMemory(read: SettingSources.read).share(ofMachine: machine)
    }

    /// A batch for each thread and a shard worth writing, or the buffers of a merge.
    static let least = ByteCount(bytes: 16 << 20)

    static func validate(_ memory: ByteCount, of option: String = "--memory") throws {
        if memory.bytes < least.bytes {
            throw ValidationError("\(option): expected at least \(least.defaultValueDescription)")
        }
    }
}
