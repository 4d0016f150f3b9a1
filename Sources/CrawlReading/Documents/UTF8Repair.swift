import CSimdJSON
import CrawlModel

/// Makes text well-formed UTF-8.
enum UTF8Repair {
    /// What was replaced.
    struct Counts {
        var illFormedSequences = 0
        var controls = 0
    }

    /// Whether bytes are well-formed UTF-8.
    ///
    /// Some 10 GB/s.
    static func isWellFormed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return true }
        // The shim reads `bytes.count` bytes and keeps no pointer.
        return unsafe nd_utf8_is_valid(start.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// Appends `bytes` with each ill-formed sequence replaced by U+FFFD, as the Unicode Standard recommends: one for each
    /// maximal subpart of a sequence.
    ///
    /// - Parameters:
    ///   - bytes: any bytes.
    ///   - output: where the text goes; nothing else of it changes.
    ///   - replacingControls: whether control characters below U+0020 become spaces, as JSON needs it.
    /// - Returns: what was replaced.
    /// - Complexity: O(`bytes.count`).
    static func append(
        _ bytes: UnsafeRawBufferPointer,
        to output: inout PaddedBytes,
        replacingControls: Bool
    ) -> Counts {
        var counts = Counts()
        // Counted first: every byte may become three, and hardly any does.
        let room = unsafe repairedCount(bytes)
        _ = unsafe output.appendFilling(room: room) { target in
            var at = 0
            var out = 0
            while at < bytes.count {
                let byte = unsafe bytes[at]
                if byte < 0x80 {
                    let isControl = replacingControls && byte < 0x20
                    if isControl { counts.controls += 1 }
                    unsafe target[out] = isControl ? 0x20 : byte
                    at += 1
                    out += 1
                    continue
                }
                let (length, isWellFormed) = unsafe sequence(bytes, at)
                if isWellFormed {
                    for index in 0..<length { unsafe target[out + index] = bytes[at + index] }
                    out += length
                } else {
                    counts.illFormedSequences += 1
                    unsafe target[out] = 0xEF
                    unsafe target[out + 1] = 0xBF
                    unsafe target[out + 2] = 0xBD
                    out += 3
                }
                at += length
            }
            return out
        }
        return counts
    }

    /// How many bytes there are once each ill-formed sequence is replaced.
    private static func repairedCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        var (at, count) = (0, 0)
        while at < bytes.count {
            let (length, isWellFormed) = unsafe bytes[at] < 0x80 ? (1, true) : sequence(bytes, at)
            at += length
            count += isWellFormed ? length : 3
        }
        return count
    }

    /// How many sequences beyond ASCII are well-formed, and how many not; one cut off by the end is none.
    ///
    /// O(`bytes.count`).
    static func countSequences(_ bytes: UnsafeRawBufferPointer) -> (wellFormed: Int, illFormed: Int) {
        var counts = (wellFormed: 0, illFormed: 0)
        var at = 0
        while at < bytes.count {
            guard unsafe bytes[at] >= 0x80 else {
                at += 1
                continue
            }
            let (length, isWellFormed) = unsafe sequence(bytes, at)
            at += length
            if isWellFormed { counts.wellFormed += 1 } else if at < bytes.count { counts.illFormed += 1 }
        }
        return counts
    }

    /// The sequence that begins with the byte at `at`, which isn't ASCII: its length, or that of its maximal subpart.
    private static func sequence(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> (length: Int, isWellFormed: Bool) {
        // Length, and the range of the second byte (Unicode Standard, table 3-7).
        let needed: (length: Int, low: UInt8, high: UInt8)
        switch unsafe bytes[at] {
        case 0xC2...0xDF: needed = (2, 0x80, 0xBF)
        case 0xE0: needed = (3, 0xA0, 0xBF)
        case 0xED: needed = (3, 0x80, 0x9F)
        case 0xE1...0xEF: needed = (3, 0x80, 0xBF)
        case 0xF0: needed = (4, 0x90, 0xBF)
        case 0xF1...0xF3: needed = (4, 0x80, 0xBF)
        case 0xF4: needed = (4, 0x80, 0x8F)
        default: return (1, false)
        }
        guard at + 1 < bytes.count, unsafe (needed.low...needed.high).contains(bytes[at + 1]) else { return (1, false) }
        for index in 2..<max(needed.length, 2) {
            guard at + index < bytes.count, unsafe bytes[at + index] & 0xC0 == 0x80 else { return (index, false) }
        }
        return (needed.length, true)
    }

    /// The longest prefix of well-formed text that has at most `limit` bytes and ends with a whole character.
    static func cut(_ text: UnsafeRawBufferPointer, limit: Int) -> Int {
        guard text.count > limit else { return text.count }
        var end = limit
        while end > 0, unsafe text[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}
