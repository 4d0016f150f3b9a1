/// Reads a gzip member header byte by byte, wherever the input is cut.
///
/// ISA-L's own header reader loses the header checksum when a header arrives in two pieces; this one doesn't, and says
/// what is wrong.
struct GzipHeader {
    private enum Part: Equatable {
        case fixed(Int)
        case extraLength(Int)
        case extra(Int)
        case name
        case comment
        case checksum(Int)
        case done
    }

    private struct Flags {
        static let checksum: UInt8 = 0x02
        static let extra: UInt8 = 0x04
        static let name: UInt8 = 0x08
        static let comment: UInt8 = 0x10
        static let reserved: UInt8 = 0xE0
    }

    /// The most bytes a header may have; a name without end can't keep the reader busy.
    private static let maxLength = 1 << 20

    private var part = Part.fixed(0)
    private var flags: UInt8 = 0
    private var extraLength = 0
    private var length = 0
    private var crc: UInt32 = 0xFFFF_FFFF
    private var statedChecksum: UInt16 = 0

    /// Whether the header is complete.
    var isComplete: Bool { part == .done }

    /// Takes the next byte of the header.
    ///
    /// - Throws: what is wrong with it, in words.
    mutating func take(_ byte: UInt8) throws(Malformed) {
        length += 1
        guard length <= Self.maxLength else { throw Malformed("the member header is over \(Self.maxLength) bytes") }
        let ended = part
        if case .checksum = part {} else { updateChecksum(byte) }
        switch part {
        case .fixed(let index): try takeFixed(byte, index)
        case .extraLength(let index):
            extraLength |= Int(byte) << (8 * index)
            part = index == 0 ? .extraLength(1) : .extra(extraLength)
        case .extra(let left): part = .extra(left - 1)
        case .name: if byte == 0 { part = afterName() }
        case .comment: if byte == 0 { part = afterComment() }
        case .checksum(let index):
            statedChecksum |= UInt16(byte) << UInt16(8 * index)
            part = index == 0 ? .checksum(1) : .done
        case .done: break
        }
        if case .extra(0) = part { part = afterExtra() }
        if part == .done, ended != .done, flags & Flags.checksum != 0 {
            let got = UInt16(truncatingIfNeeded: ~crc)
            guard got == statedChecksum else { throw Malformed("the member header has not the checksum it states") }
        }
    }

    private mutating func takeFixed(_ byte: UInt8, _ index: Int) throws(Malformed) {
        switch index {
        case 0: guard byte == 0x1F else { throw Malformed("expected the gzip magic 1f 8b") }
        case 1: guard byte == 0x8B else { throw Malformed("expected the gzip magic 1f 8b") }
        case 2: guard byte == 8 else { throw Malformed("expected compression method 8 (deflate), got \(byte)") }
        case 3:
            flags = byte
            guard byte & Flags.reserved == 0 else { throw Malformed("reserved flags of the member header are set") }
        default: break
        }
        part = index < 9 ? .fixed(index + 1) : afterFixed()
    }

    private func afterFixed() -> Part { flags & Flags.extra != 0 ? .extraLength(0) : afterExtra() }

    private func afterExtra() -> Part { flags & Flags.name != 0 ? .name : afterName() }

    private func afterName() -> Part { flags & Flags.comment != 0 ? .comment : afterComment() }

    private func afterComment() -> Part { flags & Flags.checksum != 0 ? .checksum(0) : .done }

    /// The CRC-32 of gzip, a bit at a time: headers are short, and few state one.
    private mutating func updateChecksum(_ byte: UInt8) {
        // The flags come in the fourth byte; until then every byte may have to be counted.
        guard length <= 4 || flags & Flags.checksum != 0 else { return }
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB8_8320 }
    }
}

/// What is malformed, in words.
struct Malformed: Error {
    let detail: String

    init(_ detail: String) { self.detail = detail }
}
