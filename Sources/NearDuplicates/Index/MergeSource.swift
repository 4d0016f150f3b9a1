internal import IndexStorage
public import ShardFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What is merged into an index: another index as it was when it was opened, or one shard built elsewhere.
///
/// It is only read; a writer that commits to it meanwhile does not disturb it.
public struct MergeSource: Sendable {
    /// The directory or file.
    public let path: String
    /// What its documents were sketched with.
    public let parameters: IndexParameters

    package let segments: [ShardSegment]
    /// What of each input is in the source; nothing is known of a single shard.
    let inputs: InputLedger

    /// Opens an index directory, or a file whose name ends in `.ndshard`.
    ///
    /// - Throws: ``IndexError``, as opening an index throws.
    public init(path: String) throws(IndexError) {
        if path.hasSuffix(".ndshard") {
            try self.init(shard: path)
        } else {
            try self.init(index: path)
        }
    }

    package init(_ snapshot: IndexSnapshot) throws(IndexError) {
        // Shards alone are merged: what is in a log would be missing.
        if let log = snapshot.manifest.logName { throw .unreadLog(path: snapshot.path, file: log) }
        path = snapshot.path
        parameters = snapshot.parameters
        segments = snapshot.segments
        inputs = try snapshot.inputs()
    }

    private init(index path: String) throws(IndexError) {
        var attempts = 0
        while true {
            let snapshot = try IndexSnapshot(path: path)
            do throws(IndexError) {
                try self.init(snapshot)
                return
            } catch {
                // A writer may have written a newer list since the snapshot was taken: then that has a newer one, too.
                attempts += 1
                guard attempts < 10, try IndexSnapshot(path: path).generation != snapshot.generation else {
                    throw error
                }
            }
        }
    }

    /// Whether it is the index in a directory, or a file of it.
    func lies(in directory: String) -> Bool {
        guard let directory = Self.canonicalPath(directory), let own = Self.canonicalPath(path) else { return false }
        return own == directory || own.hasPrefix(directory + "/")
    }

    /// The path without links and dots; nil where there is nothing.
    private static func canonicalPath(_ path: String) -> String? {
        // The system allocates the path, which is copied and given back.
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private init(shard path: String) throws(IndexError) {
        do throws(ShardError) {
            let shard = try Shard(path: path)
            self.path = path
            parameters = shard.parameters
            segments = [ShardSegment(shard, name: path, tombstones: nil)]
            inputs = InputLedger()
        } catch {
            throw IndexError(error)
        }
    }
}

extension IndexWriter {
    /// Adds all documents of a source, in their order, after those of the index; each shard of it is a commit.
    ///
    /// With the last of them the index knows the inputs that the source was made of, and indexing them does nothing.
    ///
    /// The answers are then those of an index of the same documents in the same order. Doing it again after it was stopped
    /// adds nothing twice.
    ///
    /// - Parameters:
    ///   - source: what to merge; not the index itself.
    ///   - progress: told before each shard: its place and how many there are.
    /// - Returns: what became of its documents.
    /// - Throws: ``IndexError/sourceParameters(path:_:)``, ``IndexError/sameID(_:)``, and what committing throws; shards
    ///   that were committed stay, and the writer is of no more use.
    /// - Complexity: O(size of the source).
    public func merge(
        _ source: MergeSource,
        progress: (_ shard: Int, _ of: Int) -> Void = { _, _ in }
    ) throws(IndexError) -> AdoptedCounts {
        let mismatches = parameters.mismatches(with: source.parameters)
        guard mismatches.isEmpty else { throw .sourceParameters(path: source.path, mismatches) }
        guard !source.lies(in: storage.path) else {
            throw .invalidSetting(
                name: "what to merge",
                expected: "another index than the one it is merged into",
                found: source.path
            )
        }
        var counts = AdoptedCounts()
        for (number, segment) in source.segments.enumerated() {
            progress(number, source.segments.count)
            let isLast = number + 1 == source.segments.count
            try adopt(segment, into: &counts, inputs: isLast ? source.inputs : nil)
        }
        if source.segments.isEmpty {
            unite(source.inputs)
            try commit()
        }
        return counts
    }
}
