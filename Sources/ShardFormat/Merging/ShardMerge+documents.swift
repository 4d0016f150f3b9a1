internal import IndexStorage

// What lies after the tables: documents in their new order, their values as they were.
extension ShardMerge {
    private static let pieceBytes = 64 << 10

    func writeDocuments(to writer: inout ShardFileWriter) throws(ShardError) {
        try writeContentHashes(to: &writer)
        try writeFirstOrdinals(to: &writer)
        try writeOrdinalBlocks(to: &writer)
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
        var next = 0
        try forEachDocument { (input, document) throws(ShardError) in
            try numbers.append(UInt32(next), to: &writer)
            next += try input.shard.fingerprintRange(of: document).count
        }
        try numbers.append(UInt32(fingerprintCount), to: &writer)
        try numbers.flush(to: &writer)
    }

    /// For each 256 ordinals the document of the first.
    private func writeOrdinalBlocks(to writer: inout ShardFileWriter) throws(ShardError) {
        let start = try Self.begin(&writer)
        var numbers = NumberBuffer()
        var number: UInt32 = 0
        var ordinals = 0
        var blocks = 0
        try forEachDocument { (input, document) throws(ShardError) in
            ordinals += try input.shard.fingerprintRange(of: document).count
            while blocks * ShardLayout.ordinalBlock < ordinals {
                try numbers.append(number, to: &writer)
                blocks += 1
            }
            number += 1
        }
        try numbers.flush(to: &writer)
        writer.endSection(.ordinalBlocks, from: start, rawLength: nil)
    }

    private func forEachDocument(
        _ body: (MergeInput, UInt32) throws(ShardError) -> Void
    ) throws(ShardError) {
        for input in inputs {
            try input.forEachRun { (run) throws(ShardError) in
                for document in run { try body(input, document) }
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
