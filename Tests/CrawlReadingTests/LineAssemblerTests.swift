import CrawlModel
import CrawlReading
import TestSupport
import Testing

@Suite("Lines that come piece by piece")
struct LineAssemblerTests {
    /// A line of a stream: its content, and where it begins.
    private struct Line: Equatable {
        var text: [UInt8]
        var offset: UInt64
        var isTooLong: Bool
    }

    /// The plain definition: lines that are not blank, without what ends them.
    private static func lines(of stream: [UInt8], limit: Int) -> [Line] {
        var lines: [Line] = []
        var start = 0
        for end in (0...stream.count) where end == stream.count || stream[end] == 0x0A {
            var text = Array(stream[start..<end])
            if text.last == 0x0D { text.removeLast() }
            let isTooLong = text.count > limit
            if isTooLong { text = [] }
            if isTooLong || text.contains(where: { $0 > 0x20 }) {
                lines.append(Line(text: text, offset: UInt64(start), isTooLong: isTooLong))
            }
            start = end + 1
        }
        return lines
    }

    @Test("are those of the whole stream, wherever it is cut and however few make a batch", arguments: 0..<40)
    func pieces(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var stream: [UInt8] = []
        for _ in 0..<Int.random(in: 0...60, using: &generator) {
            let count = Int.random(in: 0...[3, 20, 200].randomElement(using: &generator)!, using: &generator)
            let byte = "x y".utf8.randomElement(using: &generator)!
            stream += [UInt8](repeating: byte, count: count)
            stream += Bool.random(using: &generator) ? [0x0A] : [0x0D, 0x0A]
        }
        if Bool.random(using: &generator) { stream += Array("the end".utf8) }
        let (limit, most) = (100, Int.random(in: 1...9, using: &generator))
        var assembler = LineAssembler(name: "s", maxRecordBytes: limit, maxRecords: most)
        var found: [Line] = []
        func take(isLast: Bool) {
            while let batch = assembler.next(isLast: isLast) {
                #expect(batch.records.count + batch.skipped.count <= most)
                found += batch.records.map { record in
                    let range = ByteRange(start: record.start, count: record.count)
                    return Line(text: Array(batch.bytes[range]), offset: record.offset, isTooLong: false)
                }
                found += batch.skipped.map { Line(text: [], offset: $0.location.offset, isTooLong: true) }
            }
        }
        var place = 0
        while place < stream.count {
            let end = min(stream.count, place + Int.random(in: 1...150, using: &generator))
            unsafe stream[place..<end].withUnsafeBytes { unsafe assembler.append($0) }
            place = end
            if Bool.random(using: &generator) { take(isLast: false) }
        }
        take(isLast: true)
        let expected = Self.lines(of: stream, limit: limit)
        #expect(found.sorted { $0.offset < $1.offset } == expected, "seed \(seed)")
    }
}
