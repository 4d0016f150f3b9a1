internal import CKernels
internal import IndexStorage

// What lies after the tables: documents in their new order, their values as they were.
extension ShardMerge {
    private static let pieceBytes = 64 << 10

    func writeDocuments(to writer: inout ShardFileWriter) throws(ShardError) {
        try writeContentHashes(to: &writer)
        done(with: .contentHashes)
        try writeFirstOrdinals(to: &writer)
        try writeOrdinalBlocks(to: &writer)
        done(with: .firstOrdinals)
    }

    private func done(with section: ShardLayout.SectionIdentifier) {
        for input in inputs { input.done(with: section) }
    }

    private func writeContentHashes(to writer: inout ShardFileWriter) throws(ShardError) {
        let start = try Self.begin(&writer)
        for input in inputs {
            let contents = input.shard.contents
            try input.forEachRun { (run) throws(ShardError) in
                var offset = contents.contentHashes + UInt64(ShardLayout.contentBytes) * UInt64(run.lowerBound)
                var left = ShardLayout.contentBytes * run.count
                while left > 0 {
                    let count = min(left, Self.pieceBytes)
                    // The span is read within the call, during which the page lies where it is.
                    try unsafe contents.pages.withBytes(.contentHashes, at: offset, count: count) {
                        (bytes) throws(ShardError) in
                        do throws(StorageError) { try writer.append(unsafe bytes.bytes) } catch {
                            throw ShardError(error)
                        }
                    }
                    offset += UInt64(count)
                    left -= count
                }
            }
        }
        writer.endSection(.contentHashes, from: start, rawLength: nil)
    }

    private func writeFirstOrdinals(to writer: inout ShardFileWriter) throws(ShardError) {
        let start = try Self.begin(&writer)
        defer { writer.endSection(.firstOrdinals, from: start, rawLength: nil) }
        guard fingerprintCount > 0 else { return }
        var numbers = NumberBuffer()
        try forEachPiece { (firsts) throws(ShardError) in
            for index in 0..<firsts.count - 1 { try numbers.append(firsts[index], to: &writer) }
        }
        try numbers.append(UInt32(fingerprintCount), to: &writer)
        try numbers.flush(to: &writer)
    }

    /// For each 256 ordinals the document of the first.
    private func writeOrdinalBlocks(to writer: inout ShardFileWriter) throws(ShardError) {
        let start = try Self.begin(&writer)
        var numbers = NumberBuffer()
        var number: UInt32 = 0
        var next = 0
        try forEachPiece { (firsts) throws(ShardError) in
            for index in 1..<firsts.count {
                while next < firsts[index] {
                    try numbers.append(number, to: &writer)
                    next += ShardLayout.ordinalBlock
                }
                number += 1
            }
        }
        try numbers.flush(to: &writer)
        writer.endSection(.ordinalBlocks, from: start, rawLength: nil)
    }

    /// Calls `body` with the new first ordinals of a few documents that go on, and of the one after them.
    private func forEachPiece(
        _ body: (borrowing GrowableBuffer<UInt32>) throws(ShardError) -> Void
    ) throws(ShardError) {
        var firsts = GrowableBuffer<UInt32>()
        var next: UInt32 = 0
        for input in inputs {
            try input.forEachRun { (run) throws(ShardError) in
                for start in stride(from: run.lowerBound, to: run.upperBound, by: Self.pieceBytes / 4) {
                    let end = min(run.upperBound, start + UInt32(Self.pieceBytes / 4))
                    firsts.removeAll(keepingCapacity: true)
                    try input.shard.appendFirstOrdinals(of: start..<end, from: next, to: &firsts)
                    next = firsts[firsts.count - 1]
                    try body(firsts)
                }
            }
        }
    }

    private static func begin(_ writer: inout ShardFileWriter) throws(ShardError) -> UInt64 {
        do throws(StorageError) { return try writer.beginSection() } catch { throw ShardError(error) }
    }
}

/// Numbers on their way into a file, gathered so that each does not cost a call.
private struct NumberBuffer: ~Copyable {
    private var numbers = GrowableBuffer<UInt32>()

    init() {}

    mutating func append(_ number: UInt32, to writer: inout ShardFileWriter) throws(ShardError) {
        numbers.append(number.littleEndian)
        if numbers.count >= 16 << 10 { try flush(to: &writer) }
    }

    mutating func flush(to writer: inout ShardFileWriter) throws(ShardError) {
        do throws(StorageError) {
            try numbers.withSpan { (span) throws(StorageError) in try writer.append(span) }
        } catch {
            throw ShardError(error)
        }
        numbers.removeAll(keepingCapacity: true)
    }
}

extension Shard {
    /// Appends the first ordinals of documents, and of the one after them, as they are when the first of all is `first`.
    fileprivate func appendFirstOrdinals(
        of documents: Range<UInt32>,
        from first: UInt32,
        to result: inout GrowableBuffer<UInt32>
    ) throws(ShardError) {
        let count = documents.count + 1
        guard fingerprintCount > 0 else {
            // A shard without fingerprints has no first ordinals either.
            for _ in 0..<count { result.append(first) }
            return
        }
        let offset = contents.ordinals.first_offset + 4 * UInt64(documents.lowerBound)
        let ascends = try unsafe contents.pages.withBytes(.firstOrdinals, at: offset, count: 4 * count) {
            (bytes) throws(ShardError) in
            // Within the bytes, of which there are four a number.
            let base = UInt32(littleEndian: unsafe bytes.loadUnaligned(as: UInt32.self))
            var last = base
            for index in 0..<count {
                let number = UInt32(
                    littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                )
                guard number >= last else { return false }
                result.append(first &+ (number - base))
                last = number
            }
            return true
        }
        guard ascends else { throw brokenOrdinals }
    }
}
