/// Which state of a file was read: when either figure differs, its content is taken to be another.
public struct FileStamp: Sendable, Hashable {
    /// The file's length in bytes.
    public var size: UInt64
    /// When it was last changed, in nanoseconds since 1970.
    public var modified: Int64

    /// Creates a stamp.
    public init(size: UInt64, modified: Int64) {
        self.size = size
        self.modified = modified
    }
}

/// Where in an input reading can go on later: between two records.
public struct ResumePoint: Sendable, Hashable {
    /// What the input holds; it can't be recognised from a later part of it.
    public var format: InputFormat
    /// The first byte not read yet, in the inflated stream.
    public var offset: UInt64
    /// The compressed member that byte lies in; nil where the input isn't packed, or to inflate from its start.
    public var packed: PackedLocation?

    /// Creates a resume point.
    public init(format: InputFormat, offset: UInt64, packed: PackedLocation? = nil) {
        self.format = format
        self.offset = offset
        self.packed = packed
    }
}
