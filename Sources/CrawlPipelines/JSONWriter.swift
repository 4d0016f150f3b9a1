/// Writes JSON as UTF-8, on one line, keys in the order they are given.
///
/// Foundation's encoder neither keeps that order nor writes figures with a fixed number of decimals, and takes longer
/// than the check whose answer it writes.
public struct JSONWriter: Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private static let digits = Array("0123456789abcdef".utf8)

    /// Creates a writer that has written nothing.
    public init() { bytes.reserveCapacity(256) }

    /// Creates a writer that goes on where `output` ends, and takes its storage until ``finish(_:)``.
    public init(continuing output: inout [UInt8]) { swap(&bytes, &output) }

    /// Gives back the storage, with what was written at its end.
    public mutating func finish(_ output: inout [UInt8]) { swap(&bytes, &output) }

    /// Opens an object.
    public mutating func beginObject() { open("{") }
    /// Closes an object.
    public mutating func endObject() { close("}") }
    /// Opens an array.
    public mutating func beginArray() { open("[") }
    /// Closes an array.
    public mutating func endArray() { close("]") }
    /// Ends the line.
    public mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

    /// Writes a key; its value must follow.
    public mutating func key(_ key: String) {
        separate()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a key and a string.
    public mutating func field(_ key: String, _ value: String) {
        self.key(key)
        quote(value)
        needsComma = true
    }

    /// Writes a key and a string that is given as its UTF-8.
    public mutating func field(_ key: String, utf8 value: ArraySlice<UInt8>) {
        self.key(key)
        // Read within the call only.
        unsafe value.withUnsafeBufferPointer { unsafe quote($0) }
        needsComma = true
    }

    /// Writes a key and a string that is given as its UTF-8.
    public mutating func field(_ key: String, utf8 value: Span<UInt8>) {
        self.key(key)
        pair("", utf8: value)
    }

    /// Writes a key and an integer.
    public mutating func field(_ key: String, _ value: Int) {
        self.key(key)
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        write(digitsOf: value.magnitude, atLeast: 1)
        needsComma = true
    }

    /// Writes a key and a number that is not negative, with four decimals.
    public mutating func field(_ key: String, _ value: Double) {
        self.key(key)
        let scaled = UInt((max(0, value.isFinite ? value : 0) * 10_000).rounded())
        write(digitsOf: scaled / 10_000, atLeast: 1)
        // Five are written.
        unsafe append("", room: 5) { unsafe Self.append(decimals: scaled % 10_000, to: $0, &$1) }
    }

    /// Writes the end of a value and the key of the next one as they are, and a share between 0 and 1 with four decimals.
    mutating func pair(_ seam: StaticString, share value: Double) {
        let scaled = UInt((min(max(0, value.isFinite ? value : 0), 1) * 10_000).rounded())
        // There is room for the six that are written.
        unsafe append(seam, room: 6) { bytes, written in
            unsafe bytes[written] = UInt8(ascii: "0") + UInt8(scaled / 10_000)
            written += 1
            unsafe Self.append(decimals: scaled % 10_000, to: bytes, &written)
        }
    }

    /// Appends a point and four digits; there must be room for them.
    private static func append(
        decimals: UInt,
        to bytes: UnsafeMutableBufferPointer<UInt8>,
        _ written: inout Int
    ) {
        unsafe bytes[written] = UInt8(ascii: ".")
        var rest = UInt32(decimals)
        for place in stride(from: 4, to: 0, by: -1) {
            unsafe bytes[written + place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        written += 5
    }

    /// Writes the end of a value and the key of the next one as they are, and a string that is given as its UTF-8.
    mutating func pair(_ seam: StaticString, utf8 value: Span<UInt8>) {
        // Read within the calls only.
        unsafe value.withUnsafeBufferPointer { value in
            guard unsafe Self.plainEnd(value, from: 0) == value.count else {
                // Nothing but the seam is written.
                unsafe append(seam, room: 0) { _, _ in }
                return unsafe quote(value)
            }
            // There is room for the value between its quotes.
            unsafe append(seam, room: value.count + 2) { bytes, written in
                unsafe bytes[written] = UInt8(ascii: "\"")
                if let start = value.baseAddress {
                    unsafe (bytes.baseAddress! + written + 1).update(from: start, count: value.count)
                }
                written += value.count + 2
                unsafe bytes[written - 1] = UInt8(ascii: "\"")
            }
        }
    }

    /// Writes bytes as they are and what `body` writes behind them, at most `room` bytes: a match has many short parts, and to
    /// append each on its own takes longer than to write it.
    private mutating func append(
        _ start: StaticString,
        room: Int,
        _ body: (_ bytes: UnsafeMutableBufferPointer<UInt8>, _ written: inout Int) -> Void
    ) {
        bytes.append(addingCapacity: start.utf8CodeUnitCount + room) { output in
            unsafe output.withUnsafeMutableBufferPointer { bytes, written in
                // A literal's bytes are there for ever, and there is room for them.
                unsafe (bytes.baseAddress! + written).update(from: start.utf8Start, count: start.utf8CodeUnitCount)
                written += start.utf8CodeUnitCount
                unsafe body(bytes, &written)
            }
        }
        needsComma = true
    }

    /// Writes a key and true or false.
    public mutating func field(_ key: String, _ value: Bool) {
        self.key(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    /// Hands over what was written so far; writing goes on behind it.
    mutating func drain(into output: inout [UInt8]) {
        output += bytes
        bytes.removeAll(keepingCapacity: true)
    }

    /// Appends a byte as it is.
    mutating func raw(_ byte: UInt8) { bytes.append(byte) }

    private mutating func write(digitsOf value: UInt, atLeast count: Int) {
        // `String(value)` would cost more than the rest of a match.
        var unit: UInt = 1
        var digits = 1
        while digits < count || value / unit >= 10 {
            unit *= 10
            digits += 1
        }
        while unit > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
            unit /= 10
        }
    }

    /// Writes a string as an element of an array.
    public mutating func element(_ value: String) {
        separate()
        quote(value)
        needsComma = true
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quote(_ value: String) {
        var value = value
        // Read within the call only.
        value.withUTF8 { unsafe quote($0) }
    }

    private mutating func quote(_ value: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        // Most strings have nothing to escape and are copied whole.
        while start < value.count {
            let end = unsafe Self.plainEnd(value, from: start)
            // Within the buffer: start <= end <= count.
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: value[start..<end]))
            guard end < value.count else { break }
            escape(unsafe value[end])
            start = end + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Where the bytes from `start` on end that stand in JSON as they are.
    private static func plainEnd(_ value: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let (ones, high): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        var index = start
        while index + 8 <= value.count {
            // Eight bytes within the buffer; what has its high bit set afterwards is below 0x20, a quote or a backslash,
            // or follows one.
            let word = unsafe UnsafeRawPointer(value.baseAddress! + index).loadUnaligned(as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let control = (word &- ones &* 0x20) & ~word
            let found = (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & high
            if found != 0 { break }
            index += 8
        }
        while index < value.count {
            let byte = unsafe value[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index += 1
        }
        return index
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case UInt8(ascii: "\n"):
            bytes.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\t"):
            bytes.append(contentsOf: "\\t".utf8)
        case 0..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        default:
            bytes.append(byte)
        }
    }
}
