import Testing

@testable import ShardFormat

struct NibblesTests {
    static let lists: [[UInt32]] = [
        [], [0], [14], [15], [16], [29], [30], [0, 1, 2, 3], [0, 15, 16, 32, 1000], [5, 6, 22, 38, 39, 300, 301],
        [0, 16], [0, 17], [70_000], [70_000, 140_000],
    ]

    static func encoded(_ positions: [UInt32]) -> [UInt8] {
        var bytes = GrowableBuffer<UInt8>()
        Nibbles.append(positions.span, to: &bytes)
        return bytes.withSpan { span in span.indices.map { span[$0] } }
    }

    @Test("Positions come back", arguments: lists)
    func roundTrip(positions: [UInt32]) {
        let bytes = Self.encoded(positions)
        var decoded: [UInt32] = [9, 9]
        #expect(Nibbles.decode(bytes.span, count: positions.count, into: &decoded))
        #expect(decoded == positions)
        #expect(bytes.count <= positions.count / 2 + Int(positions.last ?? 0) / 30 + 1)
    }

    @Test("The bytes are those of the format's description")
    func vector() {
        // 3; then 14 between, less one: 13; then 16 more, less one: 15 + 0.
        #expect(Self.encoded([3, 17, 33]) == [0xD3, 0x0F])
        #expect(Self.encoded([15]) == [0x0F])
    }

    @Test("Too few, too many or too large positions are refused")
    func refused() {
        var decoded: [UInt32] = []
        let bytes = Self.encoded([3, 17, 33])
        #expect(!Nibbles.decode(bytes.span, count: 2, into: &decoded))
        #expect(!Nibbles.decode(bytes.span, count: 4, into: &decoded))
        #expect(!Nibbles.decode(bytes.span, count: 1 << 40, into: &decoded))
        let padded: [UInt8] = [0x13]
        #expect(!Nibbles.decode(padded.span, count: 1, into: &decoded))
        let longer = bytes + [0]
        #expect(!Nibbles.decode(longer.span, count: 3, into: &decoded))
    }
}
