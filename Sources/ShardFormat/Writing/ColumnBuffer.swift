/// The values of one column, end to end, and where each ends.
struct ColumnBuffer: ~Copyable {
    private(set) var bytes = GrowableBuffer<UInt8>()
    private(set) var lengths = GrowableBuffer<UInt32>()

    init() {}

    var count: Int { lengths.count }

    var byteCount: Int { bytes.byteCount + lengths.byteCount }

    /// Appends one value, of at most ``ShardLayout/valueLimit`` bytes.
    mutating func append(_ value: Span<UInt8>) {
        bytes.append(value)
        lengths.append(UInt32(value.count))
    }

    /// Appends values that have all the same width, end to end.
    mutating func append(_ values: Span<UInt8>, width: Int) {
        bytes.append(values)
        for _ in 0..<values.count / width { lengths.append(UInt32(width)) }
    }

    /// Appends one value that `body` writes.
    mutating func append(_ body: (inout GrowableBuffer<UInt8>) -> Void) {
        let start = bytes.count
        body(&bytes)
        lengths.append(UInt32(bytes.count - start))
    }

    /// Appends values of another column, and their bytes.
    mutating func append(_ other: borrowing ColumnBuffer, _ values: Range<Int>, bytes: Range<Int>) {
        other.bytes.withSpan { self.bytes.append($0.extracting(bytes)) }
        other.lengths.withSpan { lengths.append($0.extracting(values)) }
    }

    /// Lets `body` change the bytes in place; ``keepLengths(_:)`` must follow.
    mutating func editBytes(_ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) { unsafe bytes.edit(body) }

    /// Keeps the lengths that are marked.
    mutating func keepLengths(_ isKept: [Bool]) {
        unsafe lengths.edit { lengths in
            var kept = 0
            for index in isKept.indices where isKept[index] {
                // `kept` never passes `index`.
                unsafe lengths[kept] = lengths[index]
                kept += 1
            }
            return kept
        }
    }

    mutating func removeAll(keepingCapacity: Bool) {
        bytes.removeAll(keepingCapacity: keepingCapacity)
        lengths.removeAll(keepingCapacity: keepingCapacity)
    }
}

extension GrowableBuffer<UInt8> {
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

extension UInt64 {
    /// How many bytes it takes as a varint.
    var varintBytes: Int { (UInt64.bitWidth - (self | 1).leadingZeroBitCount + 6) / 7 }
}
