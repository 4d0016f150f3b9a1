/// Bytes that are appended word by word.
///
/// An `Array` costs several times as much for a word; here it is one vector load and store.
@safe struct ByteBuffer: ~Copyable {
    /// A word and its length; what follows the word in the slot means nothing.
    typealias Slot = SIMD32<UInt8>

    // Owned by this value alone, never handed out but for the length of a call; `count + slack <= capacity` always holds.
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    /// What may be stored past `count` without a check: two slots.
    private static var slack: Int { 64 }

    init(capacity: Int = 1 << 14) {
        self.capacity = capacity + Self.slack
        unsafe memory = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        unsafe memory.deallocate()
    }

    mutating func removeAll() { count = 0 }

    /// Drops the last bytes.
    mutating func removeLast(_ dropped: Int = 1) {
        precondition(dropped >= 0 && dropped <= count, "no more can be dropped than there is")
        count -= dropped
    }

    subscript(index: Int) -> UInt8 {
        get {
            precondition(index >= 0 && index < count, "within the bytes")
            // Within the initialised bytes, as was just checked.
            return unsafe memory.load(fromByteOffset: index, as: UInt8.self)
        }
        set {
            precondition(index >= 0 && index < count, "within the bytes")
            // As above.
            unsafe memory.storeBytes(of: newValue, toByteOffset: index, as: UInt8.self)
        }
    }

    /// Makes room for `additional` bytes and the slack.
    @inline(__always)
    mutating func reserve(_ additional: Int) {
        if count + additional + Self.slack > capacity { grow(additional) }
    }

    private mutating func grow(_ additional: Int) {
        let grown = max(capacity * 2, count + additional + Self.slack)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
        // Both have room for `count` bytes.
        unsafe moved.copyMemory(from: memory, byteCount: count)
        unsafe memory.deallocate()
        unsafe memory = moved
        capacity = grown
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        // There is room for it.
        unsafe memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    /// Appends a word of at most 32 bytes.
    @inline(__always)
    mutating func append(_ slot: Slot, count length: Int) {
        reserve(32)
        // The slack holds the whole slot.
        unsafe memory.storeBytes(of: slot, toByteOffset: count, as: Slot.self)
        count += length
    }

    mutating func append(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        // A static string's bytes live for ever, and there is room for them.
        unsafe (memory + count).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        count += text.utf8CodeUnitCount
    }

    mutating func append(_ bytes: [UInt8]) {
        reserve(bytes.count)
        // There is room for them; an empty array may have no address.
        unsafe bytes.withUnsafeBytes { source in
            if let start = source.baseAddress {
                unsafe (memory + count).copyMemory(from: start, byteCount: source.count)
            }
        }
        count += bytes.count
    }

    mutating func append(_ text: String) { append(Array(text.utf8)) }

    /// Appends a range of another buffer.
    mutating func append(_ other: borrowing ByteBuffer, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= other.count, "a range of the other buffer")
        reserve(range.count)
        // The range lies within the other's bytes, and there is room for it.
        unsafe (memory + count).copyMemory(from: other.memory + range.lowerBound, byteCount: range.count)
        count += range.count
    }

    /// Appends all of another buffer.
    mutating func append(_ other: borrowing ByteBuffer) { append(other, 0..<other.count) }

    /// Appends a number, with zeros before it up to `width` digits.
    mutating func append(decimal number: Int, width: Int = 1) {
        var divisor = 1
        var digits = 1
        while number / divisor >= 10 || digits < width {
            divisor *= 10
            digits += 1
        }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends a number in lower-case hexadecimal.
    mutating func append(hexadecimal number: UInt64, digits: Int) {
        for digit in stride(from: digits - 1, through: 0, by: -1) {
            let value = UInt8(truncatingIfNeeded: number >> UInt64(4 * digit)) & 15
            append(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
        }
    }

    /// Appends a range of another buffer with what JSON wants escaped.
    mutating func append(escaping other: borrowing ByteBuffer, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= other.count, "a range of the other buffer")
        reserve(2 * range.count)
        var at = range.lowerBound
        while at < range.upperBound {
            // Eight bytes may be read past the range: the slack has them. They are stored in the room reserved, and
            // count only as far as they belong to the range and need no escape.
            let word = unsafe UInt64(littleEndian: other.memory.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
            let plain = min(Self.plainBytes(word), range.upperBound - at)
            count += plain
            at += plain
            guard plain < 8, at < range.upperBound else { continue }
            let byte = other[at]
            append(UInt8(ascii: "\\"))
            append(byte == 0x0A ? UInt8(ascii: "n") : byte)
            at += 1
        }
    }

    /// How many of a word's bytes come before a quotation mark, a backslash or a control character.
    @inline(__always)
    private static func plainBytes(_ word: UInt64) -> Int {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let quotes = word ^ 0x2222_2222_2222_2222
        let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
        // Borrows may mark a byte after a true find, never one before the first.
        let found =
            (((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes) | ((word &- ones &* 0x20) & ~word)) & highs
        return found.trailingZeroBitCount / 8
    }

    /// The bytes as a value of their own.
    var bytes: [UInt8] { bytes(in: 0..<count) }

    /// Some of the bytes as a value of their own.
    func bytes(in range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "within the bytes")
        // Initialised up to `count`.
        return unsafe Array(UnsafeRawBufferPointer(start: memory + range.lowerBound, count: range.count))
    }
}

// The memory is owned by the value alone.
extension ByteBuffer: @unchecked Sendable {}
