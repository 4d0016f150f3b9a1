extension Span<UInt8> {
    /// Whether all bytes stand in a string of JSON as they are: no quote, no backslash, no control character.
    package var isPlain: Bool { plainEnd(from: 0) == count }

    /// Where the bytes from `start` on end that stand in a string of JSON as they are.
    package func plainEnd(from start: Int) -> Int {
        // Read within the call only.
        unsafe withUnsafeBufferPointer { unsafe Self.plainEnd($0, from: start) }
    }

    private static func plainEnd(_ value: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= value.count, unsafe isPlain(value, wordAt: index) { index += 8 }
        // The last word may begin among bytes that were looked at.
        if index + 8 > value.count, value.count - start >= 8, unsafe isPlain(value, wordAt: value.count - 8) {
            return value.count
        }
        while index < value.count {
            let byte = unsafe value[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index += 1
        }
        return index
    }

    /// Whether eight bytes, which must lie within the buffer, are plain.
    @inline(__always)
    private static func isPlain(_ value: UnsafeBufferPointer<UInt8>, wordAt index: Int) -> Bool {
        let (ones, high): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let word = unsafe UnsafeRawPointer(value.baseAddress! + index).loadUnaligned(as: UInt64.self)
        // What has its high bit set afterwards is below 0x20, a quote or a backslash, or follows one.
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let control = (word &- ones &* 0x20) & ~word
        return (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & high == 0
    }
}
