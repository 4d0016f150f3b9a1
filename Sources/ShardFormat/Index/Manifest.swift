internal import StreamCompression

/// Which shards count: the file that is swapped last, so that what it names is whole.
public struct Manifest: Hashable, Sendable {
    /// A shard that counts.
    public struct ShardEntry: Hashable, Sendable {
        /// Its file name.
        public var name: String
        /// Its documents, dead ones too.
        public var documents: Int
        /// Their fingerprints.
        public var fingerprints: Int
        /// Its length.
        public var bytes: Int
        /// The checksum of its footer, which names its content.
        public var footerChecksum: UInt32
        /// The file of its dead documents; empty where none is.
        public var tombstones: String
        /// How many of its documents are dead.
        public var dead: Int

        /// Creates an entry; see the properties.
        public init(
            name: String,
            documents: Int,
            fingerprints: Int,
            bytes: Int,
            footerChecksum: UInt32,
            tombstones: String = "",
            dead: Int = 0
        ) {
            self.name = name
            self.documents = documents
            self.fingerprints = fingerprints
            self.bytes = bytes
            self.footerChecksum = footerChecksum
            self.tombstones = tombstones
            self.dead = dead
        }
    }

    /// The file that says what of each input is in the index.
    public struct InputsEntry: Hashable, Sendable {
        /// Its file name.
        public var name: String
        /// The checksum it ends with.
        public var checksum: UInt32

        /// Creates an entry; see the properties.
        public init(name: String, checksum: UInt32) {
            self.name = name
            self.checksum = checksum
        }
    }

    /// What the whole index was sketched with.
    public var parameters: IndexParameters
    /// Counts up with every commit.
    public var generation: UInt64
    /// The number of the next shard to be made.
    public var nextShard: UInt64
    /// The shards in index-wide document order.
    public var shards: [ShardEntry]
    /// Which inputs were read; nil where none was read from a file.
    public var inputs: InputsEntry?
    /// Files of the whole index that this version of the format has no field for; each commit names them anew.
    public var attachments: [IndexAttachment]

    /// Creates a manifest; see the properties.
    public init(
        parameters: IndexParameters,
        generation: UInt64 = 0,
        nextShard: UInt64 = 0,
        shards: [ShardEntry] = [],
        inputs: InputsEntry? = nil,
        attachments: [IndexAttachment] = []
    ) {
        self.parameters = parameters
        self.generation = generation
        self.nextShard = nextShard
        self.shards = shards
        self.inputs = inputs
        self.attachments = attachments
    }

    /// The names of all files that the index is made of, besides the manifest.
    package var fileNames: Set<String> {
        var names = Set(shards.flatMap { [$0.name, $0.tombstones] } + attachments.map(\.name))
        names.insert(inputs?.name ?? "")
        return names.subtracting([""])
    }
}

// MARK: - Bytes

// Magic, u32 version, parameters, u64 generation, u64 next shard, varint count, then for each shard string name,
// varint documents, fingerprints, bytes, u32 footer checksum, string tombstones, varint dead; string name of the list
// of inputs and u32 its checksum, "" and 0 where there is none; varint count of attachments, for each string kind, string
// name, u32 checksum, u32 flags; u32 CRC-32C of all before.
extension Manifest {
    static let magic: [UInt8] = [0x89, 0x4E, 0x44, 0x4D, 0x46, 0x0D, 0x0A, 0x1A]

    /// Names, three counts of a byte, checksum, and one more count.
    private static let leastEntryBytes = 10
    /// A kind and a name of a byte, checksum and flags.
    private static let leastAttachmentBytes = 12

    /// The file's bytes.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.magic)
        writer.append(ShardLayout.version)
        parameters.encode(to: &writer)
        writer.append(generation)
        writer.append(nextShard)
        writer.appendVarint(UInt64(shards.count))
        for shard in shards {
            writer.append(shard.name)
            writer.appendVarint(UInt64(shard.documents))
            writer.appendVarint(UInt64(shard.fingerprints))
            writer.appendVarint(UInt64(shard.bytes))
            writer.append(shard.footerChecksum)
            writer.append(shard.tombstones)
            writer.appendVarint(UInt64(shard.dead))
        }
        writer.append(inputs?.name ?? "")
        writer.append(inputs?.checksum ?? 0)
        writer.appendVarint(UInt64(attachments.count))
        for attachment in attachments {
            writer.append(attachment.kind)
            writer.append(attachment.name)
            writer.append(attachment.checksum)
            writer.append(attachment.flags.rawValue)
        }
        writer.append(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    /// Reads a file's bytes.
    ///
    /// - Throws: ``ShardError``, of another format or version, or of damage.
    public init(decoding bytes: [UInt8], path: String) throws(ShardError) {
        var reader = try IndexFile.open(bytes, magic: Self.magic, kind: .manifest, path: path)
        parameters = try IndexParameters(from: &reader)
        generation = try reader.readUInt64()
        nextShard = try reader.readUInt64()
        let count = try reader.readCount(unit: Self.leastEntryBytes)
        shards = []
        shards.reserveCapacity(count)
        for _ in 0..<count {
            shards.append(try ShardEntry(from: &reader))
        }
        inputs = try InputsEntry(from: &reader)
        attachments = []
        for _ in 0..<(try reader.readCount(unit: Self.leastAttachmentBytes)) {
            attachments.append(try IndexAttachment(from: &reader))
        }
        try reader.finish()
        let names = shards.map(\.name) + attachments.map(\.name)
        guard Set(names).count == names.count else {
            throw reader.corrupt(expected: "each shard and attachment once", found: "one again")
        }
    }
}

extension Manifest.InputsEntry {
    /// Nil where there is no list of inputs.
    fileprivate init?(from reader: inout ByteReader) throws(ShardError) {
        name = try Manifest.ShardEntry.fileName(try reader.readString(), reader, mayBeEmpty: true)
        checksum = try reader.readUInt32()
        if name.isEmpty { return nil }
    }
}

extension IndexAttachment {
    fileprivate init(from reader: inout ByteReader) throws(ShardError) {
        let kind = try reader.readString()
        guard !kind.isEmpty else { throw reader.corrupt(expected: "the kind of an attachment", found: "none") }
        self.init(
            kind: kind,
            name: try Manifest.ShardEntry.fileName(try reader.readString(), reader),
            checksum: try reader.readUInt32(),
            flags: Flags(rawValue: try reader.readUInt32())
        )
    }
}

extension Manifest.ShardEntry {
    fileprivate init(from reader: inout ByteReader) throws(ShardError) {
        self.init(
            name: try Self.fileName(try reader.readString(), reader),
            documents: try Self.count(try reader.readVarint(), below: ShardLayout.documentLimit, reader),
            fingerprints: try Self.count(try reader.readVarint(), below: ShardLayout.pairLimit + 1, reader),
            bytes: try Self.count(try reader.readVarint(), below: .max, reader),
            footerChecksum: try reader.readUInt32(),
            tombstones: try Self.fileName(try reader.readString(), reader, mayBeEmpty: true),
            dead: try Self.count(try reader.readVarint(), below: ShardLayout.documentLimit, reader)
        )
        guard dead <= documents, tombstones.isEmpty == (dead == 0) else {
            throw reader.corrupt(
                expected: "dead documents among \(documents), and their file",
                found: "\(dead) in \"\(tombstones)\""
            )
        }
    }

    private static func count(_ value: UInt64, below limit: Int, _ reader: ByteReader) throws(ShardError) -> Int {
        guard value < UInt64(limit) else {
            throw reader.corrupt(expected: "a number below \(limit)", found: "\(value)")
        }
        return Int(value)
    }

    /// A name that stays within the index's directory.
    fileprivate static func fileName(
        _ name: String,
        _ reader: ByteReader,
        mayBeEmpty: Bool = false
    ) throws(ShardError) -> String {
        guard mayBeEmpty || !name.isEmpty, !name.contains("/"), !name.contains("\0"), name != ".", name != ".." else {
            throw reader.corrupt(expected: "a file name", found: "\"\(name)\"")
        }
        return name
    }
}
