internal import CKernels

/// A document's names.
public struct ShardIdentity: Hashable, Sendable {
    /// Its id.
    public let id: String
    /// Where it was found; empty if that isn't known.
    public let url: String
    /// When; empty if that isn't known.
    public let date: String

    /// Creates the names of a document.
    public init(id: String, url: String = "", date: String = "") {
        self.id = id
        self.url = url
        self.date = date
    }
}

/// Reads what a shard keeps in compressed blocks: signatures, names, lengths and positions.
///
/// It keeps the last block of each column inflated, so that documents close to each other cost one block. One thread
/// at a time; a caller with many shards may share one ``BlockInflater`` among its cursors.
public final class ShardCursor {
    /// The shard it reads.
    public let shard: Shard
    private let inflater: BlockInflater
    private var signatures = LoadedBlock()
    private var names = LoadedBlock()
    private var lengths = LoadedBlock()
    private var positions = LoadedBlock()
    /// Where signatures lie in the file that are asked for together.
    private var places = GrowableBuffer<UInt64>()
    /// The same of all of them, once so many were asked for that making it pays.
    private var allPlaces: SignaturePlaces?
    private var placesAsked = 0

    /// Creates a cursor; nothing is read yet.
    public init(_ shard: Shard, inflater: BlockInflater = BlockInflater()) {
        self.shard = shard
        self.inflater = inflater
    }

    private func column(_ column: ShardLayout.Column) -> BlockColumn { shard.contents.columns[column.rawValue] }

    private func withValue<Result>(
        of document: UInt32,
        _ column: ShardLayout.Column,
        _ block: inout LoadedBlock,
        _ body: (Span<UInt8>) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        try shard.check(document)
        return try block.withValue(
            of: Int(document),
            in: self.column(column),
            shard.contents.pages,
            inflater,
            body
        )
    }

    /// Lends a document's packed signature, of ``IndexParameters/signatureBytes``.
    public func withSignature<Result>(
        of document: UInt32,
        _ body: (Span<UInt8>) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        guard shard.parameters.signatureBytes > 0 else {
            let empty: [UInt8] = []
            return try body(empty.span)
        }
        return try withValue(of: document, .signatures, &signatures, body)
    }

    /// Replaces `counts` by how many values of each document's signature equal those of `signature`.
    ///
    /// - Parameters:
    ///   - signature: packed, of ``IndexParameters/signatureBytes``.
    ///   - documents: best ascending.
    ///   - counts: one a document.
    /// - Throws: ``ShardError`` where the shard is damaged.
    /// - Complexity: a few cache misses a document, overlapping with other documents'.
    package func signatureMatches(
        _ signature: Span<UInt8>,
        with documents: Span<UInt32>,
        into counts: inout [UInt32]
    ) throws(ShardError) {
        let (values, bits) = (shard.parameters.signatureValues, UInt32(shard.parameters.signatureBits))
        precondition(signature.count == shard.parameters.signatureBytes, "signatures of one length can be compared")
        counts.removeAll(keepingCapacity: true)
        if signature.isEmpty { return counts.append(contentsOf: repeatElement(UInt32(values), count: documents.count)) }
        guard try findSignatures(of: documents) else {
            for index in documents.indices {
                let count = try withSignature(of: documents[index]) { (stored) throws(ShardError) in
                    unsafe stored.withUnsafeBufferPointer { stored in
                        // A column's values are of one length.
                        unsafe signature.withUnsafeBufferPointer {
                            unsafe nd_signature_matches($0.baseAddress, stored.baseAddress, values, bits)
                        }
                    }
                }
                counts.append(UInt32(count))
            }
            return
        }
        counts.append(contentsOf: repeatElement(0, count: documents.count))
        try unsafe shard.contents.pages.call(.blocks(.signatures), at: column(.signatures).data.offset) { pages in
            unsafe places.withUnsafe { places in
                unsafe signature.withUnsafeBufferPointer { signature in
                    unsafe counts.withUnsafeMutableBufferPointer { counts in
                        // A place and a count for each document; signatures have the bytes the kernel reads.
                        unsafe nd_signatures_count(
                            pages,
                            places.baseAddress,
                            places.count,
                            signature.baseAddress,
                            values,
                            bits,
                            counts.baseAddress
                        )
                    }
                }
            }
        }
    }

    /// The places of all signatures, once as many were asked for as there are blocks.
    ///
    /// Damage is not told: it is met where a block is read.
    private func places(for count: Int, _ column: BlockColumn, _ width: Int) -> SignaturePlaces? {
        if allPlaces == nil, placesAsked <= column.blockCount {
            placesAsked += count
            guard placesAsked > column.blockCount else { return nil }
            allPlaces = try? SignaturePlaces(column, width: width, shard.contents.pages)
        }
        return allPlaces
    }

    /// Finds the places of signatures in the file; false where some lie in a block that must be inflated.
    private func findSignatures(of documents: Span<UInt32>) throws(ShardError) -> Bool {
        let (column, width) = (column(.signatures), shard.parameters.signatureBytes)
        places.removeAll(keepingCapacity: true)
        if let all = places(for: documents.count, column, width) {
            for index in documents.indices {
                try shard.check(documents[index])
                guard let place = all.place(of: Int(documents[index])) else { return false }
                places.append(place)
            }
            return true
        }
        var block: BlockColumn.Block?
        for index in documents.indices {
            let document = Int(documents[index])
            if block.map({ !$0.documents.contains(document) }) ?? true {
                try shard.check(documents[index])
                block = try column.block(of: document, shard.contents.pages)
            }
            guard let block, block.codec == .raw else { return false }
            places.append(block.offset + UInt64((document - block.documents.lowerBound) * width))
        }
        return true
    }

    /// Lends the bytes of a document's id, URL and date as they came; none of the last two if it has none.
    package func withNames<Result>(
        of document: UInt32,
        _ body: (_ id: Span<UInt8>, _ url: Span<UInt8>, _ date: Span<UInt8>) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        let result = try withValue(of: document, .names, &names) { (value) throws(ShardError) -> Result? in
            guard let places = DocumentNames(value) else { return nil }
            return try body(
                value.extracting(places.id),
                value.extracting(places.url),
                value.extracting(places.date)
            )
        }
        guard let result else { throw corrupt(.names, document, expected: "an id, a URL and a date") }
        return result
    }

    /// Lends the bytes of a document's id.
    public func withIdentifier<Result>(
        of document: UInt32,
        _ body: (Span<UInt8>) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        try withNames(of: document) { (id, _, _) throws(ShardError) in try body(id) }
    }

    /// Lends the bytes of a document's URL; none if it has none.
    package func withURL<Result>(
        of document: UInt32,
        _ body: (Span<UInt8>) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        try withNames(of: document) { (_, url, _) throws(ShardError) in try body(url) }
    }

    /// Lends the bytes of a document's date, as it came; none if it has none.
    package func withDate<Result>(
        of document: UInt32,
        _ body: (Span<UInt8>) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        try withNames(of: document) { (_, _, date) throws(ShardError) in try body(date) }
    }

    /// A document's id, URL and date; bytes that aren't UTF-8 become U+FFFD.
    public func identity(of document: UInt32) throws(ShardError) -> ShardIdentity {
        try withNames(of: document) { (id, url, date) throws(ShardError) in
            ShardIdentity(id: Self.string(id), url: Self.string(url), date: Self.string(date))
        }
    }

    /// A document's id as it came, in bytes; and its URL and date.
    package func rawIdentity(of document: UInt32) throws(ShardError) -> (id: [UInt8], url: [UInt8], date: [UInt8]) {
        try withNames(of: document) { (id, url, date) throws(ShardError) in
            (id: Self.bytes(id), url: Self.bytes(url), date: Self.bytes(date))
        }
    }

    /// How many tokens a document has, and how many bytes its text had.
    public func lengths(of document: UInt32) throws(ShardError) -> (tokens: Int, textBytes: Int) {
        let numbers = try withValue(of: document, .lengths, &lengths) { (bytes) throws(ShardError) -> (Int, Int)? in
            var cursor = VarintCursor()
            guard let tokens = cursor.next(bytes), let textBytes = cursor.next(bytes), cursor.offset == bytes.count
            else { return nil }
            guard let tokens = Int(exactly: tokens), let textBytes = Int(exactly: textBytes) else { return nil }
            return (tokens, textBytes)
        }
        guard let numbers else { throw corrupt(.lengths, document, expected: "two numbers") }
        return numbers
    }

    /// The tokens at which a document's fingerprints begin, strictly ascending: one for each of its ordinals.
    public func positions(of document: UInt32) throws(ShardError) -> [UInt32] {
        var positions: [UInt32] = []
        try self.positions(of: document, into: &positions)
        return positions
    }

    /// Replaces the contents of `result` by ``positions(of:)``, so that its memory is reused.
    public func positions(of document: UInt32, into result: inout [UInt32]) throws(ShardError) {
        let count = try shard.fingerprintRange(of: document).count
        let isRight = try withValue(of: document, .positions, &positions) { (bytes) throws(ShardError) in
            Nibbles.decode(bytes, count: count, into: &result)
        }
        guard isRight else { throw corrupt(.positions, document, expected: "\(count) positions") }
    }

    private func corrupt(_ column: ShardLayout.Column, _ document: UInt32, expected: String) -> ShardError {
        shard.contents.pages.corrupt(
            .blocks(column),
            at: self.column(column).data.offset,
            expected: "\(expected) of document \(document)",
            found: "other bytes"
        )
    }

    static func string(_ bytes: Span<UInt8>) -> String {
        // The buffer is read within the closure only.
        unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private static func bytes(_ bytes: Span<UInt8>) -> [UInt8] {
        // The buffer is read within the closure only.
        unsafe bytes.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }
}
