internal import ShardFormat

/// Parts of JSON, for those who know how much room they need and make it once.
extension OutputSpan<UInt8> {
    /// Writes a literal as it is.
    @inline(__always)
    mutating func write(_ text: StaticString) {
        // A literal's bytes are there for ever.
        unsafe copy(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes the end of a value and the key of the next one as they are, and a string that is given as its UTF-8.
    @inline(__always)
    mutating func write(_ seam: StaticString, _ value: Span<UInt8>, isPlain: Bool = false) {
        write(seam)
        write(value, isPlain: isPlain)
    }

    /// Writes the end of a value and the key of the next one as they are, and a share.
    @inline(__always)
    mutating func write(_ seam: StaticString, share value: Double) {
        write(seam)
        write(share: value)
    }

    /// Writes a string that is given as its UTF-8, at most ``room(for:isPlain:)`` bytes.
    ///
    /// - Parameters:
    ///   - value: the string.
    ///   - isPlain: whether it is known to stand in JSON as it is.
    mutating func write(_ value: Span<UInt8>, isPlain: Bool) {
        append(UInt8(ascii: "\""))
        // Read within the calls only.
        if isPlain { unsafe value.withUnsafeBufferPointer { unsafe copy($0) } } else { writeEscaped(value) }
        append(UInt8(ascii: "\""))
    }

    /// The most bytes that a string takes with its quotes.
    static func room(for value: Span<UInt8>, isPlain: Bool = false) -> Int { 2 + (isPlain ? 1 : 6) * value.count }

    /// Writes a share between 0 and 1 with four decimals: six bytes.
    private mutating func write(share value: Double) {
        let scaled = Self.scaled(min(value, 1))
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: scaled / 10_000))
        write(decimals: scaled % 10_000)
    }

    /// A number that is not negative in units of the fourth decimal, rounded.
    @inline(__always)
    static func scaled(_ value: Double) -> UInt {
        let scaled = max(0, value.isFinite ? value : 0) * 10_000
        let whole = Int(scaled)
        return UInt(whole + (scaled - Double(whole) < 0.5 ? 0 : 1))
    }

    /// Writes a point and four digits.
    @inline(__always)
    mutating func write(decimals: UInt) {
        precondition(freeCapacity >= 5, "there must be room for what is written")
        // Four digits at once: two numbers below 100, from the first byte on, and of each the tens before the ones.
        let decimals = UInt32(truncatingIfNeeded: decimals)
        let pairs = decimals / 100 | (decimals % 100) << 16
        let tens = (pairs &* 103) >> 10 & 0x000F_000F
        let digits = tens | (pairs &- tens &* 10) << 8 | 0x3030_3030
        // There is room for both.
        unsafe withUnsafeMutableBufferPointer { output, written in
            let place = unsafe UnsafeMutableRawPointer(output.baseAddress! + written)
            unsafe place.storeBytes(of: UInt8(ascii: "."), as: UInt8.self)
            unsafe place.storeBytes(of: digits.littleEndian, toByteOffset: 1, as: UInt32.self)
            written += 5
        }
    }

    @inline(__always)
    private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= freeCapacity, "there must be room for what is written")
        guard let start = bytes.baseAddress else { return }
        // There is room, which nothing that is read lies in.
        unsafe withUnsafeMutableBufferPointer { output, written in
            unsafe (output.baseAddress! + written).update(from: start, count: bytes.count)
            written += bytes.count
        }
    }

    private mutating func writeEscaped(_ value: Span<UInt8>) {
        var start = 0
        while start < value.count {
            let end = value.plainEnd(from: start)
            // Read within the call only.
            unsafe value.extracting(start..<end).withUnsafeBufferPointer { unsafe copy($0) }
            guard end < value.count else { break }
            writeEscape(of: value[end])
            start = end + 1
        }
    }

    private mutating func writeEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"): write("\\n")
        case UInt8(ascii: "\t"): write("\\t")
        case 0..<0x20:
            write("\\u00")
            append(UInt8(ascii: "0") + (byte >> 4))
            append(byte & 15 < 10 ? UInt8(ascii: "0") + (byte & 15) : UInt8(ascii: "a") + (byte & 15) - 10)
        default:
            append(UInt8(ascii: "\\"))
            append(byte)
        }
    }
}
