public import ShardFormat
public import Sketching

/// What an index holds and what it takes on disk.
public struct IndexStatistics: Hashable, Sendable {
    /// Bytes of one part of the format, over all shards.
    public struct Part: Hashable, Sendable {
        /// What the format calls it.
        public let name: String
        /// Bytes on disk.
        public internal(set) var bytes: Int
        /// Bytes before compression; as many as on disk where it is not compressed.
        public internal(set) var rawBytes: Int
    }

    /// Documents, without those replaced or removed.
    public let documents: Int
    /// Those of them that are in no shard yet: in memory, and in the log.
    public let documentsInMemory: Int
    /// Documents replaced or removed that still take room.
    public let deadDocuments: Int
    /// Distinct fingerprints of all documents, dead ones included.
    public let fingerprints: Int
    /// Shards.
    public let shards: Int
    /// Bytes of all shards.
    public let bytes: Int
    /// Commits so far.
    public let generation: UInt64
    /// Bytes by part, in the order of the format.
    public let parts: [Part]
    /// What the index was made with.
    public let parameters: IndexParameters

    /// How signatures are cut into bands.
    public var banding: Banding { Banding(bands: parameters.bands, rows: parameters.rows) }
}

extension IndexSnapshot {
    /// What the index holds and takes.
    ///
    /// O(shards).
    public var statistics: IndexStatistics {
        var parts: [IndexStatistics.Part] = []
        var places: [String: Int] = [:]
        for segment in segments {
            for section in segment.shard.sections {
                if let place = places[section.name] {
                    parts[place].bytes += section.bytes
                    parts[place].rawBytes += section.rawBytes
                } else {
                    places[section.name] = parts.count
                    parts.append(
                        IndexStatistics.Part(name: section.name, bytes: section.bytes, rawBytes: section.rawBytes)
                    )
                }
            }
        }
        return IndexStatistics(
            documents: documentCount,
            documentsInMemory: memory.reduce(0) { $0 + $1.liveCount },
            deadDocuments: searched.reduce(0) { $0 + $1.documentCount - $1.liveCount },
            fingerprints: segments.reduce(0) { $0 + $1.shard.fingerprintCount }
                + memory.reduce(0) { $0 + $1.fingerprintCount },
            shards: segments.count,
            bytes: segments.reduce(0) { $0 + $1.shard.byteCount },
            generation: generation,
            parts: parts,
            parameters: parameters
        )
    }
}
