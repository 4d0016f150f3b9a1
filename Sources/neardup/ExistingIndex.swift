import CommandValues
import LiveIndex
import NearDuplicates

/// An index that must be there already.
enum ExistingIndex {
    /// Opens it for writing; a directory without one is refused, and none is made.
    static func writer(
        _ path: String,
        policy: SameIDPolicy = .replace,
        memory: ByteCount,
        threads: WriterThreads = .none
    ) throws(IndexError) -> IndexWriter {
        guard try IndexSnapshot.parameters(path: path) != nil else { throw .notAnIndex(path: path) }
        return try IndexWriter.recovering(path, policy: policy, memory: memory.bytes, threads: threads)
    }
}
