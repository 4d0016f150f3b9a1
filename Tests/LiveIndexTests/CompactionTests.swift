import CrawlModel
import IndexStorage
import LiveIndex
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// Whoever asks for a document to be forgotten must be able to rely on it.
struct CompactionTests {
    /// What is asked of the index, and which documents must be gone.
    enum Way: CaseIterable, CustomTestStringConvertible {
        case removed, replaced, expired

        var testDescription: String { "\(self)" }
    }

    @Test("after compacting nothing of a document that is gone is in any file", arguments: Way.allCases)
    func nothingIsLeft(_ way: Way) async throws {
        let storage = MemoryStorage()
        var options = LiveIndexOptions()
        options.mergePolicy = .never
        options.mergePolicy.largestShard = 1 << 30
        let index = try LiveIndex(storage, options: options)
        // Some are in shards when they go, some in memory and in the log; of some shards nothing is left.
        let gone = (0..<6)
            .map { number in
                var document = document("secret\(number)", 10 * number, words: 120)
                document.url = "https://secret\(number).example/page"
                return document
            }
        for (number, document) in gone.enumerated() {
            try await index.add([document])
            if number > 0 { try await index.add([kept(number)]) }
            if number % 2 == 0 { try await index.flush() }
        }
        let traces = try gone.map { try Traces($0, index.parameters) }
        for (number, traces) in traces.enumerated() {
            let found = try traces.found(in: storage)
            // Even ones lie in a shard; the last one in the log alone, or else the next flush has taken it along.
            #expect(found.contains("id") && found.contains("sketch"), "\(number): \(found)")
        }
        switch way {
        case .removed: #expect(try await index.remove(ids: gone.map(\.id)).removed == 6)
        case .replaced:
            // An id stays where another document has taken it over.
            try await index.add(gone.map { Document(id: $0.id, text: text(100 + $0.id.utf8.count), url: "") })
        case .expired:
            var filter = RemovalFilter()
            filter.before = CrawlDate("2021-01-01")
            #expect(try await index.remove(filter).removed == 6)
        }
        try await index.compact()
        for (number, traces) in traces.enumerated() {
            let found = try traces.found(in: storage)
            #expect(found.subtracting(way == .replaced ? ["id"] : []).isEmpty, "\(way), \(number): \(found)")
        }
        try await index.close()
        for traces in traces {
            #expect(try traces.found(in: storage).subtracting(way == .replaced ? ["id"] : []).isEmpty)
        }
        let snapshot = try IndexSnapshot(storage)
        try snapshot.verify()
        #expect(snapshot.documentCount == (way == .replaced ? 11 : 5))
    }

    /// One that stays, whatever is expired.
    private func kept(_ number: Int) -> Document { document("kept\(number)", 10 * number + 5) }
}

/// What a file may tell of a document.
private struct Traces {
    private let document: Document
    private let fingerprints: [UInt64]
    private let bands: [UInt64]
    private let contentHash: ContentHash
    private let signature: [UInt8]

    init(_ document: Document, _ parameters: IndexParameters) throws {
        self.document = document
        var sketcher = try DocumentSketcher(parameters: parameters)
        sketcher.sketch(document.text)
        let (prints, keys, values) = (sketcher.fingerprints, sketcher.bandKeys, sketcher.signature)
        fingerprints = prints.indices.map { prints[$0] }
        bands = keys.indices.map { keys[$0] }
        signature = values.indices.map { values[$0] }
        contentHash = sketcher.contentHash
    }

    /// What is found in any file of a storage: in its bytes as they are, or where it is a shard in what it says.
    func found(in storage: MemoryStorage) throws -> Set<String> {
        var found: Set<String> = []
        for name in try storage.list() {
            let bytes = try storage.read(name, limit: 1 << 24)
            if bytes.hold(Array(document.id.utf8)) { found.insert("id") }
            if bytes.hold(Array((document.url ?? "").utf8)) { found.insert("URL") }
            if bytes.hold(signature) { found.insert("sketch") }
            for key in fingerprints where bytes.hold(StoredKey.fingerprint(key).bytes) { found.insert("sketch") }
            if bytes.hold(contentHash.low.bytes + contentHash.high.bytes) { found.insert("sketch") }
            if name.hasSuffix(".ndshard") { try found.formUnion(self.found(in: bytes, name)) }
        }
        return found
    }

    private func found(in bytes: [UInt8], _ name: String) throws -> Set<String> {
        let shard = try Shard(file: MappedFile(copying: bytes), path: name)
        let cursor = ShardCursor(shard)
        var found: Set<String> = []
        for number in 0..<UInt32(shard.documentCount) {
            let identity = try cursor.identity(of: number)
            if identity.id == document.id { found.insert("id") }
            if identity.url == document.url { found.insert("URL") }
            if try shard.contentHash(of: number) == contentHash { found.insert("sketch") }
            try cursor.withSignature(of: number) { stored in
                if stored.indices.map({ stored[$0] }) == signature { found.insert("sketch") }
            }
        }
        var lists = KeyLists()
        try lists.find(fingerprints.span, in: shard, fingerprints: true)
        for key in fingerprints.indices where lists.length(ofKey: key) > 0 { found.insert("sketch") }
        try lists.find(bands.span, in: shard, fingerprints: false)
        for key in bands.indices where lists.length(ofKey: key) > 0 { found.insert("sketch") }
        return found
    }
}

extension FixedWidthInteger {
    /// As they lie in a log.
    fileprivate var bytes: [UInt8] { (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}

extension [UInt8] {
    fileprivate func hold(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first else { return false }
        var start = startIndex
        while let next = self[start...].firstIndex(of: first) {
            if self[next...].starts(with: wanted) { return true }
            start = next + 1
        }
        return false
    }
}
