internal import StreamCompression

/// What was learned to be boilerplate: fingerprints that count for nothing, and the passages they stand in, for people.
///
/// Of a fingerprint the bits are kept that tables keep, as the top ones of 32.
package struct BoilerplateList: Hashable, Sendable {
    /// A run of boilerplate that stands together on the same pages.
    package struct Passage: Hashable, Sendable {
        /// Clusters of documents that hold it; of its fingerprints the most.
        package var clusters: Int
        /// Hosts they are on; 0 where no document has a URL.
        package var hosts: Int
        /// Its fingerprints.
        package var fingerprints: Int
        /// The tokens it takes in the example, first to behind the last.
        package var tokens: Range<Int>
        /// The id of a document that holds it.
        package var id: String
        /// That document's URL; empty where it has none.
        package var url: String
        /// The beginning of the passage as the example has it; empty where no text was at hand.
        package var text: String

        package init(
            clusters: Int,
            hosts: Int,
            fingerprints: Int,
            tokens: Range<Int>,
            id: String,
            url: String,
            text: String = ""
        ) {
            self.clusters = clusters
            self.hosts = hosts
            self.fingerprints = fingerprints
            self.tokens = tokens
            self.id = id
            self.url = url
            self.text = text
        }
    }

    /// Documents, clusters of near copies among them, and hosts that it was learned from.
    package var documents: Int
    package var clusters: Int
    package var hosts: Int
    /// The fingerprints' keys, ascending, each once.
    package var keys: [UInt32]
    /// The passages, those of most clusters first; where there are very many, the first of them.
    package var passages: [Passage]
    /// How many passages there are in all.
    package var passageCount: Int

    /// Most passages that are kept.
    package static let passageLimit = 10_000
    /// Most bytes of an example's text.
    package static let textLimit = 300

    package init(
        documents: Int,
        clusters: Int,
        hosts: Int,
        keys: [UInt32],
        passages: [Passage],
        passageCount: Int
    ) {
        self.documents = documents
        self.clusters = clusters
        self.hosts = hosts
        self.keys = keys
        self.passages = passages
        self.passageCount = passageCount
    }
}

// MARK: - Bytes

// The content of an attachment of kind `boilerplate`: varint 1, the version of what follows; varint documents, clusters,
// hosts, keys, passages in all, passages kept, raw length, u32 codec, then the body, by zstd where that is shorter. The
// body: the keys as varint distances (the first as it is, then to the last one, less one); for each passage varint clusters,
// hosts, fingerprints, first token, tokens, strings id, URL, text.
extension BoilerplateList {
    /// The kind of the attachment that holds it.
    package static let attachmentKind = "boilerplate"

    private static let version = 1
    /// What a reader takes memory for.
    private static let rawLimit = 1 << 30
    /// Five numbers and three strings.
    private static let leastPassageBytes = 8
    private static let countLimit: UInt64 = 1 << 40
    /// More passages than any writer keeps.
    private static let keptLimit = 1 << 20

    /// The attachment's content.
    package func encoded() -> [UInt8] {
        let body = body()
        var packed: [UInt8] = []
        var isPacked = false
        // Without memory for zstd the body is kept as it is, which every reader takes.
        if var compressor = try? ZstdBlockCompressor(), (try? compressor.compress(body, appendingTo: &packed)) != nil {
            isPacked = packed.count < body.count
        }
        var writer = ByteWriter()
        let counts = [documents, clusters, hosts, keys.count, passageCount, passages.count, body.count]
        for number in [Self.version] + counts { writer.appendVarint(UInt64(number)) }
        writer.append((isPacked ? ShardLayout.Codec.zstd : .raw).rawValue)
        writer.append(isPacked ? packed : body)
        return writer.bytes
    }

    private func body() -> [UInt8] {
        var body = ByteWriter()
        var next: UInt64 = 0
        for key in keys {
            precondition(UInt64(key) >= next, "keys must ascend")
            body.appendVarint(UInt64(key) - next)
            next = UInt64(key) + 1
        }
        for passage in passages {
            let numbers = [
                passage.clusters, passage.hosts, passage.fingerprints, passage.tokens.lowerBound, passage.tokens.count,
            ]
            for number in numbers { body.appendVarint(UInt64(number)) }
            for string in [passage.id, passage.url, passage.text] { body.append(string) }
        }
        return body.bytes
    }

    /// Reads an attachment's content.
    ///
    /// - Throws: ``ShardError``, of another version, or of damage.
    package init(decoding content: [UInt8], path: String) throws(ShardError) {
        var reader = ByteReader(content, path: path, section: Self.attachmentKind)
        let version = try Self.number(&reader)
        guard version == Self.version else {
            throw .versionTooNew(
                path: path,
                kind: .attachment,
                expected: UInt32(Self.version),
                found: UInt32(clamping: version)
            )
        }
        let documents = try Self.number(&reader)
        let clusters = try Self.number(&reader)
        let hosts = try Self.number(&reader)
        let keyCount = try Self.number(&reader)
        let passageCount = try Self.number(&reader)
        let kept = try Self.number(&reader)
        let rawLength = try Self.number(&reader)
        let codec = ShardLayout.Codec(rawValue: try reader.readUInt32())
        guard rawLength <= Self.rawLimit, kept <= min(passageCount, Self.keptLimit),
            keyCount + Self.leastPassageBytes * kept <= rawLength
        else {
            throw reader.corrupt(
                expected: "\(keyCount) keys and \(kept) of \(passageCount) passages",
                found: "\(rawLength) bytes for them"
            )
        }
        let body = try reader.inflate(try reader.readBytes(reader.remaining), codec, count: rawLength)
        var content = ByteReader(body, path: path, section: "body")
        self.init(
            documents: documents,
            clusters: clusters,
            hosts: hosts,
            keys: try Self.keys(keyCount, &content),
            passages: [],
            passageCount: passageCount
        )
        passages.reserveCapacity(kept)
        for _ in 0..<kept { passages.append(try Passage(from: &content)) }
        try content.finish()
    }

    private static func keys(_ count: Int, _ reader: inout ByteReader) throws(ShardError) -> [UInt32] {
        var keys: [UInt32] = []
        keys.reserveCapacity(count)
        var next: UInt64 = 0
        for _ in 0..<count {
            let distance = try reader.readVarint()
            guard distance <= UInt64(UInt32.max), let key = UInt32(exactly: next + distance) else {
                throw reader.corrupt(expected: "ascending keys of 32 bits", found: "others")
            }
            keys.append(key)
            next = UInt64(key) + 1
        }
        return keys
    }

    fileprivate static func number(_ reader: inout ByteReader) throws(ShardError) -> Int {
        let value = try reader.readVarint()
        guard value < countLimit else {
            throw reader.corrupt(expected: "a number below \(countLimit)", found: "\(value)")
        }
        return Int(value)
    }
}

extension BoilerplateList.Passage {
    fileprivate init(from reader: inout ByteReader) throws(ShardError) {
        let clusters = try BoilerplateList.number(&reader)
        let hosts = try BoilerplateList.number(&reader)
        let fingerprints = try BoilerplateList.number(&reader)
        let start = try BoilerplateList.number(&reader)
        let count = try BoilerplateList.number(&reader)
        self.init(
            clusters: clusters,
            hosts: hosts,
            fingerprints: fingerprints,
            tokens: start..<start + count,
            id: try reader.readString(),
            url: try reader.readString(),
            text: try reader.readString()
        )
    }
}
