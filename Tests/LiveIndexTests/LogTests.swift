import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

@testable import LiveIndex

/// The log, byte by byte.
struct LogTests {
    let parameters: IndexParameters

    init() throws { parameters = try IndexSettings().parameters() }

    @Test("documents come back from a record as they went in", arguments: 0..<10 as Range<UInt64>)
    func records(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let columns = try madeUp(count: Int.random(in: 0...20, using: &random), seed: seed)
        let body = LogRecords.encode(columns)
        let back = try unsafe LogRecords.documents(body.span.bytes, parameters, path: "log", offset: 0)
        #expect(LogRecords.encode(back) == body)
        #expect(back.count == columns.count && back.figures == columns.figures)
        for document in 0..<columns.count { #expect(back.identity(of: document) == columns.identity(of: document)) }
        // Whatever is changed gives an error or other documents, never a trap.
        for _ in 0..<200 where !body.isEmpty {
            var damaged = body
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            damaged.removeLast(Int.random(in: 0...min(3, damaged.count), using: &random))
            _ = try? unsafe LogRecords.documents(damaged.span.bytes, parameters, path: "log", offset: 0)
            _ = try? unsafe LogRecords.removals(damaged.span.bytes, path: "log", offset: 0)
        }
    }

    @Test("a log that is cut off anywhere has all whole frames before the cut")
    func cutAnywhere() throws {
        let (bytes, ends) = try log(frames: 4)
        for count in 0...bytes.count {
            for zeros in [0, 1, 64] {
                let cut = Array(bytes[..<count]) + [UInt8](repeating: 0, count: zeros)
                let found = try read(cut)
                #expect(
                    found == ends.count { cut.count >= $0 && cut[..<$0] == bytes[..<$0] },
                    "cut at \(count), \(zeros) zeros"
                )
            }
        }
        // One that others follow must have its end.
        #expect(throws: ShardError.self) { try read(bytes, isLast: false) }
    }

    @Test("damage before the end is named; the last frame's can't be told from a torn tail")
    func damage() throws {
        let (bytes, ends) = try log(frames: 4)
        var start = LogLayout.headerBytes
        for (frame, end) in ends.enumerated() {
            for place in start..<end {
                var damaged = bytes
                damaged[place] ^= 0x40
                if frame == ends.count - 1 {
                    #expect(try read(damaged) == frame)
                } else {
                    #expect {
                        try read(damaged)
                    } throws: { error in
                        guard case .corrupt(let path, _, let offset, _, _)? = error as? ShardError else { return false }
                        return path == "log" && offset == UInt64(start)
                    }
                }
            }
            start = end
        }
        // The head as well: frames that were on disk come after it.
        for place in 0..<LogLayout.headerBytes {
            var damaged = bytes
            damaged[place] ^= 0x01
            #expect(throws: ShardError.self) { try read(damaged) }
        }
    }

    @Test("frames that nothing says were on disk are a torn tail, whole ones after them too")
    func reordered() throws {
        let (bytes, ends) = try log(frames: 4, isSynchronized: false)
        for frame in ends.indices {
            var damaged = bytes
            damaged[ends[frame] - 1] ^= 1
            #expect(try read(damaged) == frame)
        }
    }

    @Test("a log of another index, of another number or of a newer version is refused")
    func others() throws {
        let (bytes, _) = try log(frames: 1)
        var settings = IndexSettings()
        settings.seed = 7
        let other = try settings.parameters()
        #expect(throws: ShardError.self) { try read(bytes, number: 8) }
        #expect(throws: ShardError.self) { try read(bytes, parameters: other) }
    }

    // MARK: -

    /// A log's bytes, and where its frames end; the manifest's number is 7.
    private func log(frames: Int, isSynchronized: Bool = true) throws -> (bytes: [UInt8], ends: [Int]) {
        var bytes = LogLayout.header(number: 7, parameters: parameters)
        var ends: [Int] = []
        for frame in 0..<frames {
            let isRemoval = frame % 2 == 1
            let body =
                isRemoval
                ? LogRecords.encode(removing: [[1, 2, 3]])
                : LogRecords.encode(try madeUp(count: 1, seed: UInt64(frame)))
            let header = LogLayout.FrameHeader(
                kind: isRemoval ? .removals : .documents,
                sequence: UInt64(frame),
                durable: isSynchronized ? UInt64(bytes.count) : 0,
                body: body
            )
            bytes += header.encoded + body
            ends.append(bytes.count)
        }
        return (bytes, ends)
    }

    @discardableResult
    private func read(
        _ bytes: [UInt8],
        number: UInt64 = 7,
        parameters other: IndexParameters? = nil,
        isLast: Bool = true
    ) throws -> Int {
        var count = 0
        try unsafe LogReader.read(
            bytes.span.bytes,
            path: "log",
            number: number,
            parameters: other ?? parameters,
            isLast: isLast
        ) { _ in count += 1 }
        return count
    }

    private func madeUp(count: Int, seed: UInt64) throws -> DocumentColumns {
        let documents = (0..<count).map { document("d\($0)", Int(seed) * 100 + $0) }
        return try SketcherPool().columns(documents, parameters).0
    }
}
