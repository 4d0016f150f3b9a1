internal import IndexStorage

/// Where the blocks of a column lie in their section, and how they are stored.
struct BlockDirectory {
    private var bytes = ByteWriter()
    private var rawLength = 0
    private var storedLength: UInt64 = 0

    init() {}

    /// Notes the next block: the number of its first value, its length, and its length as it is stored.
    mutating func append(first: Int, raw: Int, stored: Int, _ codec: ShardLayout.Codec) {
        bytes.append(storedLength)
        bytes.append(UInt32(first))
        bytes.append(UInt32(stored))
        bytes.append(UInt32(raw))
        bytes.append(codec.rawValue)
        rawLength += raw
        storedLength += UInt64(stored)
    }

    /// Ends the section of the blocks, which began at `start`, and writes the directory.
    func write(
        as column: ShardLayout.Column,
        from start: UInt64,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        writer.endSection(.blocks(column), from: start, rawLength: rawLength)
        try writer.section(.blockDirectory(column)) { (writer) throws(StorageError) in
            try writer.append(bytes.bytes.span)
            return nil
        }
    }
}
