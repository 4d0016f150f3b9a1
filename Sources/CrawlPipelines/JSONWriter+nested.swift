public import NearDuplicates
public import ShardFormat

extension JSONWriter {
    /// Writes a key and an object.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - body: writes the object's fields.
    public mutating func object(_ key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        beginObject()
        body(&self)
        endObject()
    }

    /// Writes a key and an array of objects.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - elements: what there is an object of each.
    ///   - body: writes an object's fields.
    public mutating func array<Element>(
        _ key: String,
        _ elements: some Sequence<Element>,
        _ body: (inout JSONWriter, Element) -> Void
    ) {
        self.key(key)
        beginArray()
        for element in elements {
            beginObject()
            body(&self, element)
            endObject()
        }
        endArray()
    }

    /// Writes what an index holds, in fields.
    public mutating func fields(_ statistics: IndexStatistics) {
        field("documents", statistics.documents)
        field("documents_in_log", statistics.documentsInMemory)
        field("dead_documents", statistics.deadDocuments)
        field("fingerprints", statistics.fingerprints)
        field("shards", statistics.shards)
        field("bytes", statistics.bytes)
        field("commits", Int(clamping: statistics.generation))
    }

    /// Writes what an index was made with, in fields.
    ///
    /// The seed is a string: not every reader of JSON has integers of 64 bits.
    public mutating func fields(_ parameters: IndexParameters) {
        field("hash_version", Int(parameters.hashVersion))
        field("unicode_version", parameters.unicodeName)
        field("seed", "\(parameters.seed)")
        field("shingle_tokens", parameters.shingleTokens)
        field("window", parameters.window)
        field("signature_values", parameters.signatureValues)
        field("signature_bits", parameters.signatureBits)
        field("bands", parameters.bands)
        field("rows", parameters.rows)
        field("near_threshold", parameters.nearThreshold)
        field("recall_goal", parameters.recallGoal)
        field("minimum_tokens", parameters.minimumTokens)
    }
}

extension IndexParameters {
    /// The Unicode version as people write it: `16.0.0`.
    public var unicodeName: String { "\(unicodeVersion >> 16).\(unicodeVersion >> 8 & 255).\(unicodeVersion & 255)" }
}
