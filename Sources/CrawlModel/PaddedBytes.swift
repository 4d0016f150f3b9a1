/// A contiguous run of bytes that is always followed by at least ``padding`` readable bytes.
///
/// Vector code reads a whole register past the last byte it needs; the padding makes that safe without a copy. The
/// padding's content means nothing. `storage` keeps its size when the bytes are removed, so that a value which is
/// reused from batch to batch stops allocating.
public struct PaddedBytes: Sendable {
    /// The readable bytes after the counted ones.
    public static let padding = 64

    /// The bytes, then the padding; `storage.count >= count + PaddedBytes.padding`.
    public private(set) var storage: [UInt8]

    /// How many bytes of ``storage`` count.
    public private(set) var count: Int

    /// No bytes, without storage of its own.
    package static let none = PaddedBytes()

    /// Creates an empty run with room for `capacity` bytes.
    public init(capacity: Int = 0) {
        storage = [UInt8](repeating: 0, count: max(capacity, 0) + Self.padding)
        count = 0
    }

    /// Creates a run that holds a copy of `bytes`.
    public init(_ bytes: some Collection<UInt8>) {
        storage = [UInt8](bytes)
        count = storage.count
        Self.extend(&storage, by: Self.padding)
    }

    /// Whether no byte counts.
    public var isEmpty: Bool { count == 0 }

    /// How many bytes fit before ``storage`` has to grow.
    public var capacity: Int { storage.count - Self.padding }

    /// The counted bytes in `range`, or nothing where the range leaves them.
    public subscript(range: ByteRange) -> ArraySlice<UInt8> {
        guard range.start >= 0, range.count > 0, range.start <= count, range.count <= count - range.start else {
            return []
        }
        return storage[range.start..<range.start + range.count]
    }

    /// The counted bytes.
    public var bytes: ArraySlice<UInt8> { storage[..<count] }

    /// The bytes of `range` read as UTF-8; bytes that aren't become U+FFFD.
    public func string(_ range: ByteRange) -> String { String(decoding: self[range], as: UTF8.self) }

    /// The bytes of `range`, a JSON string's content without `\u`, with its escapes undone and read as UTF-8.
    package func unescapedString(_ range: ByteRange) -> String {
        var isEscape = false
        let bytes = self[range]
            .compactMap { byte -> UInt8? in
                if !isEscape, byte == UInt8(ascii: "\\") {
                    isEscape = true
                    return nil
                }
                defer { isEscape = false }
                guard isEscape else { return byte }
                return switch byte {
                case UInt8(ascii: "b"): 0x08
                case UInt8(ascii: "f"): 0x0C
                case UInt8(ascii: "n"): 0x0A
                case UInt8(ascii: "r"): 0x0D
                case UInt8(ascii: "t"): 0x09
                default: byte
                }
            }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Removes every byte and keeps the storage.
    public mutating func removeAll() { count = 0 }

    /// Removes every byte, and gives storage for more than `limit` bytes back.
    package mutating func removeAll(keepingAtMost limit: Int) {
        if capacity > limit { self = PaddedBytes() }
        count = 0
    }

    /// Makes room for `additional` more bytes.
    ///
    /// Amortised O(1) a byte.
    public mutating func reserve(_ additional: Int) {
        let needed = count + max(additional, 0) + Self.padding
        guard needed > storage.count else { return }
        let grown = max(needed, storage.count + storage.count / 2)
        Self.extend(&storage, by: grown - storage.count)
    }

    /// Appends zeros; `append(contentsOf: repeatElement(…))` takes ten times as long.
    private static func extend(_ bytes: inout [UInt8], by amount: Int) {
        bytes.append(addingCapacity: amount) { span in
            // All of the `amount` bytes there is room for are set.
            unsafe span.withUnsafeMutableBufferPointer { room, count in
                unsafe room.initialize(repeating: 0)
                count = room.count
            }
        }
    }

    /// Appends `bytes` and returns where they lie.
    @discardableResult
    public mutating func append(_ bytes: some Collection<UInt8>) -> ByteRange {
        reserve(bytes.count)
        let start = count
        count += bytes.count
        storage.replaceSubrange(start..<count, with: bytes)
        return ByteRange(start: start, count: count - start)
    }

    /// Appends a slice and returns where its bytes lie.
    ///
    /// One copy, whatever the build.
    @discardableResult
    public mutating func append(_ bytes: ArraySlice<UInt8>) -> ByteRange {
        // The buffer lives as long as the call.
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    /// Appends an array and returns where its bytes lie.
    ///
    /// One copy, whatever the build.
    @discardableResult
    public mutating func append(_ bytes: [UInt8]) -> ByteRange { append(bytes[...]) }

    /// Appends the bytes of a buffer and returns where they lie.
    @discardableResult
    package mutating func append(_ bytes: UnsafeRawBufferPointer) -> ByteRange {
        reserve(bytes.count)
        let start = count
        // The destination has `bytes.count` bytes of room from `start` on: reserved above.
        unsafe storage.withUnsafeMutableBytes { room in
            unsafe UnsafeMutableRawBufferPointer(rebasing: room[start..<start + bytes.count]).copyMemory(from: bytes)
        }
        count += bytes.count
        return ByteRange(start: start, count: bytes.count)
    }

    /// Lets `body` fill the room after the counted bytes; what it says it filled then counts.
    ///
    /// - Parameters:
    ///   - room: how many bytes there must be room for.
    ///   - body: fills a prefix of the buffer it is given (padding not included) and returns that prefix's length.
    /// - Returns: how many bytes were filled.
    /// - Throws: what `body` throws; then nothing counts.
    package mutating func appendFilling<Failure: Error>(
        room: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        reserve(room)
        let start = count
        let end = storage.count - Self.padding
        let filled = try unsafe storage.withUnsafeMutableBufferPointer { (all) throws(Failure) -> Int in
            try unsafe body(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(all)[start..<end]))
        }
        precondition(filled >= 0 && filled <= end - start, "a filler reported more bytes than it had room for")
        count += filled
        return filled
    }

    /// Removes the first `amount` bytes; the others move to the front.
    package mutating func removePrefix(_ amount: Int) {
        precondition(amount >= 0 && amount <= count, "cannot remove more bytes than there are")
        let left = count - amount
        if amount > 0, left > 0 {
            unsafe storage.withUnsafeMutableBytes { all in
                // Both ranges lie within the storage; they may overlap, which copyMemory allows.
                unsafe UnsafeMutableRawBufferPointer(rebasing: all[0..<left])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: all[amount..<amount + left]))
            }
        }
        count = left
    }

    /// Keeps the first `length` bytes only; the others become padding.
    package mutating func truncate(to length: Int) {
        precondition(length >= 0 && length <= count, "cannot keep more bytes than there are")
        count = length
    }

    /// The counted bytes and the padding after them; `count` of them count.
    package func withPaddedBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe storage.withUnsafeBufferPointer { (all) throws(Failure) -> Result in
            try unsafe body(UnsafeRawBufferPointer(all))
        }
    }
}

/// Where a run of bytes lies within a buffer, in bytes.
public struct ByteRange: Sendable, Hashable {
    /// The first byte.
    public var start: Int
    /// How many bytes.
    public var count: Int

    /// Creates a range.
    public init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }

    /// No bytes, at the start.
    public static let empty = ByteRange(start: 0, count: 0)

    /// Whether the range holds no byte.
    public var isEmpty: Bool { count == 0 }

    /// The byte after the last.
    public var end: Int { start + count }
}
