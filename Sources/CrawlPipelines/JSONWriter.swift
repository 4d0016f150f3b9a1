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
        quote(value)
        needsComma = true
    }

    /// Writes a key and an integer.
    public mutating func field(_ key: String, _ value: Int) {
        self.key(key)
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    /// Writes a key and a share between 0 and 1, with four decimals.
    public mutating func field(_ key: String, _ value: Double) {
        self.key(key)
        let scaled = Int((max(0, value.isFinite ? value : 0) * 10_000).rounded())
        let decimals = String(scaled % 10_000)
        bytes.append(contentsOf: String(scaled / 10_000).utf8)
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - decimals.utf8.count))
        bytes.append(contentsOf: decimals.utf8)
        needsComma = true
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

    private mutating func quote(_ value: String) { quote(value.utf8) }

    private mutating func quote(_ value: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        // Most strings have nothing to escape and are copied whole.
        if value.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: value)
        } else {
            for byte in value { escape(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
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
