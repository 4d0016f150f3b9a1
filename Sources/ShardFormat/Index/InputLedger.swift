internal import StreamCompression

/// What of each input file is in the index: so that a run that was stopped goes on, and one that is repeated does nothing.
///
/// A file is known by a hash of its absolute path, and by its length and time of change: in another state it is
/// another file. Some 40 bytes an input.
package struct InputLedger: Hashable, Sendable {
    /// How much of one file is in the index.
    package struct Entry: Hashable, Sendable {
        /// The file's length in bytes when it was read.
        package var size: UInt64
        /// When it was last changed, in nanoseconds since 1970.
        package var modified: Int64
        /// A hash of the options it was read with; with others it gives other documents.
        package var options: UInt64
        /// Where reading goes on; nil where the file was read to its end.
        package var position: Position?

        package init(size: UInt64, modified: Int64, options: UInt64, position: Position?) {
            self.size = size
            self.modified = modified
            self.options = options
            self.position = position
        }
    }

    /// Where in a file reading goes on.
    package struct Position: Hashable, Sendable {
        /// What the file holds, as the command line names it.
        package var format: String
        /// The first byte not read yet, in the inflated stream.
        package var offset: UInt64
        /// The compressed member it lies in: where that begins in the file, and how many of its bytes come before.
        package var member: Member?

        package init(format: String, offset: UInt64, member: Member?) {
            self.format = format
            self.offset = offset
            self.member = member
        }
    }

    /// A compressed member of a file.
    package struct Member: Hashable, Sendable {
        /// Its first byte in the file.
        package var offset: UInt64
        /// The inflated bytes of it to read over.
        package var skip: UInt64

        package init(offset: UInt64, skip: UInt64) {
            self.offset = offset
            self.skip = skip
        }
    }

    private var entries: [UInt64: Entry] = [:]

    /// A ledger without inputs.
    package init() {}

    /// Inputs in it.
    package var count: Int { entries.count }

    /// Inputs that were read to their end.
    ///
    /// O(*n*).
    package var finishedCount: Int { entries.values.count { $0.position == nil } }

    /// The entry of the file whose absolute path has this hash.
    package subscript(path: UInt64) -> Entry? {
        get { entries[path] }
        set { entries[path] = newValue }
    }

    /// Adds the inputs of another index.
    ///
    /// - Parameters:
    ///   - other: what the other index has.
    ///   - prefersOther: whose word counts of a file that each has in another state, or read otherwise: that of the index
    ///     whose documents stay. Of a file in one state the more that was read counts.
    package mutating func formUnion(_ other: InputLedger, prefersOther: Bool) {
        entries.merge(other.entries) { mine, theirs in
            if mine.isOfSameReading(theirs) { return theirs.isBeyond(mine) ? theirs : mine }
            return prefersOther ? theirs : mine
        }
    }
}

extension InputLedger.Entry {
    fileprivate func isOfSameReading(_ other: InputLedger.Entry) -> Bool {
        size == other.size && modified == other.modified && options == other.options
    }

    /// Whether more of the file was read.
    fileprivate func isBeyond(_ other: InputLedger.Entry) -> Bool {
        guard let mine = other.position else { return false }
        return position.map { $0.offset > mine.offset } ?? true
    }
}

// MARK: - Bytes

// Magic, u32 version, varint count, then for each input, in the order of the hashes: u64 hash, varint size, u64 modified
// (two's complement), u64 options, varint kind (0 finished, 1 position, 2 position in a member); with a position string
// format and varint offset; with a member varint offset and varint skip; u32 CRC-32C of all before.
extension InputLedger {
    static let magic: [UInt8] = [0x89, 0x4E, 0x44, 0x49, 0x4E, 0x0D, 0x0A, 0x1A]

    /// A hash, two numbers of 8 bytes, and two of at least one.
    private static let leastEntryBytes = 26

    /// The file's bytes.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.magic)
        writer.append(ShardLayout.version)
        writer.appendVarint(UInt64(entries.count))
        for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
            writer.append(path)
            writer.appendVarint(entry.size)
            writer.append(UInt64(bitPattern: entry.modified))
            writer.append(entry.options)
            guard let position = entry.position else {
                writer.appendVarint(0)
                continue
            }
            writer.appendVarint(position.member == nil ? 1 : 2)
            writer.append(position.format)
            writer.appendVarint(position.offset)
            if let member = position.member {
                writer.appendVarint(member.offset)
                writer.appendVarint(member.skip)
            }
        }
        writer.append(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    /// The checksum a file's bytes end with; the manifest names it.
    package static func checksum(of bytes: [UInt8]) -> UInt32 {
        bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads a file's bytes.
    ///
    /// - Throws: ``ShardError``, of another format or version, or of damage.
    package init(decoding bytes: [UInt8], path: String) throws(ShardError) {
        var reader = try IndexFile.open(bytes, magic: Self.magic, kind: .inputs, path: path)
        let count = try reader.readCount(unit: Self.leastEntryBytes)
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let hash = try reader.readUInt64()
            let size = try reader.readVarint()
            let modified = Int64(bitPattern: try reader.readUInt64())
            let options = try reader.readUInt64()
            let position = try Self.position(from: &reader)
            entries[hash] = Entry(size: size, modified: modified, options: options, position: position)
        }
        try reader.finish()
        guard entries.count == count else { throw reader.corrupt(expected: "each input once", found: "one again") }
    }

    private static func position(from reader: inout ByteReader) throws(ShardError) -> Position? {
        let kind = try reader.readVarint()
        guard kind > 0 else { return nil }
        guard kind <= 2 else { throw reader.corrupt(expected: "0 to 2", found: "\(kind)") }
        let format = try reader.readString()
        let offset = try reader.readVarint()
        guard kind == 2 else { return Position(format: format, offset: offset, member: nil) }
        let member = Member(offset: try reader.readVarint(), skip: try reader.readVarint())
        guard member.skip <= offset else {
            throw reader.corrupt(expected: "at most \(offset) bytes to read over", found: "\(member.skip)")
        }
        return Position(format: format, offset: offset, member: member)
    }
}
