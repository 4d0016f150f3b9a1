internal import StreamCompression

/// A file that belongs to an index as a whole and that the manifest names by kind: so that an index can have parts the
/// format's version knows nothing of.
public struct IndexAttachment: Hashable, Sendable {
    /// What a program must do that doesn't know the kind; bits that this version doesn't know are kept.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits, as the manifest has them.
        public let rawValue: UInt32

        /// Takes all bits, known or not.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Who reads the index without it would give wrong answers.
        public static let requiredToRead = Flags(rawValue: 1)
        /// Who adds to the index or removes from it without it would damage the index, or make the file untrue.
        public static let requiredToWrite = Flags(rawValue: 2)
        /// The file is appended to: the manifest knows no checksum of it, and its content isn't framed.
        public static let grows = Flags(rawValue: 4)
    }

    /// What it is, as `boilerplate`; several of an index may be of one kind.
    public var kind: String
    /// Its file name.
    public var name: String
    /// The checksum it ends with; 0 of a file that grows.
    public var checksum: UInt32
    /// What a program must do that doesn't know the kind.
    public var flags: Flags

    /// Creates an entry; see the properties.
    public init(kind: String, name: String, checksum: UInt32 = 0, flags: Flags = []) {
        self.kind = kind
        self.name = name
        self.checksum = checksum
        self.flags = flags
    }
}

// MARK: - The file

// Magic, u32 version, string kind, content, u32 CRC-32C of all before.
extension IndexAttachment {
    static let magic: [UInt8] = [0x89, 0x4E, 0x44, 0x41, 0x54, 0x0D, 0x0A, 0x1A]

    /// The bytes of a file that holds `content`, and what the manifest says of it.
    package static func file(
        kind: String,
        name: String,
        flags: Flags,
        content: [UInt8]
    ) -> (bytes: [UInt8], entry: IndexAttachment) {
        var writer = ByteWriter()
        writer.append(Self.magic)
        writer.append(ShardLayout.version)
        writer.append(kind)
        writer.append(content)
        let checksum = CRC32C.checksum(writer.bytes)
        writer.append(checksum)
        return (
            writer.bytes, IndexAttachment(kind: kind, name: name, checksum: checksum, flags: flags.subtracting(.grows))
        )
    }

    /// The content of the file, from the file's bytes.
    ///
    /// - Throws: ``ShardError``, of another format or version, of damage, or where it isn't the file that is meant.
    package func content(decoding bytes: [UInt8], path: String) throws(ShardError) -> [UInt8] {
        var reader = try IndexFile.open(bytes, magic: Self.magic, kind: .attachment, path: path)
        let found = try reader.readString()
        let end = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        guard found == kind, end == checksum else {
            throw reader.corrupt(
                expected: "\"\(kind)\" of checksum \(ShardLayout.hex(checksum)), which the manifest names",
                found: "\"\(found)\" of \(ShardLayout.hex(end))"
            )
        }
        return try reader.readBytes(reader.remaining)
    }
}
