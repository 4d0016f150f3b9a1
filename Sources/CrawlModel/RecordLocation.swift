/// Where a record lies, so that it can be told of, and written out later byte for byte.
public struct RecordLocation: Sendable, Hashable {
    /// The input as the user named it; `-` for standard input.
    public var source: String
    /// The record's first byte in the inflated stream.
    public var offset: UInt64
    /// The record's length in the inflated stream, in bytes, without the line end or blank lines after it.
    public var length: UInt64
    /// The compressed member or frame the record begins in; nil where the input isn't packed.
    public var packed: PackedLocation?

    /// Creates a location.
    public init(source: String, offset: UInt64, length: UInt64, packed: PackedLocation? = nil) {
        self.source = source
        self.offset = offset
        self.length = length
        self.packed = packed
    }

    /// The id of a record which names none: its source and offset.
    public var defaultID: String { "\(source)@\(offset)" }
}

/// The compressed member (gzip) or frame (zstd) a record begins in.
///
/// To read the record again, inflate from ``offset`` in the file, drop ``skip`` bytes, and take the record's length.
public struct PackedLocation: Sendable, Hashable {
    /// The member's first byte in the file as it lies on disk.
    public var offset: UInt64
    /// How many inflated bytes of that member come before the record.
    public var skip: UInt64

    /// Creates a packed location.
    public init(offset: UInt64, skip: UInt64) {
        self.offset = offset
        self.skip = skip
    }
}
