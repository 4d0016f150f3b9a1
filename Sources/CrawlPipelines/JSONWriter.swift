internal import ShardFormat

/// Writes JSON as UTF-8, on one line, keys in the order they are given.
///
/// Foundation's encoder neither keeps that order nor writes figures with a fixed number of decimals, and takes longer
/// than the check whose answer it writes.
public struct JSONWriter: Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

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
    public mutating func field(_ key: String, utf8 value: ArraySlice<UInt8>) { field(key, utf8: value.span) }

    /// Writes a key and a string that is given as its UTF-8.
    public mutating func field(_ key: String, utf8 value: Span<UInt8>) {
        self.key(key)
        quote(value)
        needsComma = true
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
        let scaled = OutputSpan.scaled(value)
        write(digitsOf: scaled / 10_000, atLeast: 1)
        bytes.append(addingCapacity: 5) { $0.write(decimals: scaled % 10_000) }
        needsComma = true
    }

    /// Writes an element of an array, or the start of one, in few steps: to append each of many short parts takes longer
    /// than to write it.
    ///
    /// - Parameters:
    ///   - room: the most bytes that are written.
    ///   - body: writes them as they are.
    mutating func element(room: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
        bytes.append(addingCapacity: room + 1) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            body(&output)
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

    private mutating func quote(_ value: String) { quote(value.utf8.span) }

    private mutating func quote(_ value: Span<UInt8>) {
        let isPlain = value.isPlain
        bytes.append(addingCapacity: OutputSpan.room(for: value, isPlain: isPlain)) {
            $0.write(value, isPlain: isPlain)
        }
    }
}
