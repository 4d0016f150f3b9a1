import IndexStorage
import ShardFormat
import TestSupport

/// A document as a builder takes it, in plain arrays.
struct TestDocument {
    var id: [UInt8]
    var url: [UInt8] = []
    var date: [UInt8] = []
    var tokens = 0
    var textBytes = 0
    var contentHash = ContentHash(low: 0, high: 0)
    var signature: [UInt8]
    var bandKeys: [UInt64] = []
    var fingerprintKeys: [UInt64] = []
    var positions: [UInt32] = []

    /// A document of everything random, whose keys come from a pool (so that documents share them) or from nowhere.
    static func random(
        _ number: Int,
        using generator: inout SeededGenerator,
        parameters: IndexParameters,
        pool: [UInt64],
        maximumFingerprints: Int = 40
    ) -> TestDocument {
        func key(_ generator: inout SeededGenerator) -> UInt64 {
            Bool.random(using: &generator) ? pool.randomElement(using: &generator)! : generator.next()
        }
        var document = TestDocument(
            id: Array("document-\(number)".utf8),
            signature: (0..<parameters.signatureBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        )
        if Bool.random(using: &generator) { document.url = Array("https://example.org/\(generator.next())".utf8) }
        if Bool.random(using: &generator) { document.date = Array("2024-05-\(number % 28 + 1)".utf8) }
        document.tokens = Int.random(in: 0...3000, using: &generator)
        document.textBytes = document.tokens * Int.random(in: 4...9, using: &generator)
        document.contentHash = ContentHash(low: generator.next() % 50, high: generator.next() % 2)
        document.bandKeys = (0..<parameters.bands).map { _ in key(&generator) }
        let count = Int.random(in: 0...maximumFingerprints, using: &generator)
        var position: UInt32 = 0
        for _ in 0..<count {
            position += UInt32.random(in: 1...(Bool.random(using: &generator) ? 16 : 300), using: &generator)
            document.fingerprintKeys.append(key(&generator))
            document.positions.append(position - 1)
        }
        return document
    }
}

extension IndexParameters {
    static let forTests = IndexParameters(
        unicodeVersion: 0x100000,
        seed: 42,
        shingleTokens: 5,
        window: 16,
        signatureValues: 32,
        signatureBits: 8,
        bands: 4,
        rows: 8,
        nearThreshold: 0.8,
        recallGoal: 0.99,
        minimumTokens: 0
    )
}

extension ShardBuilder {
    func append(_ document: TestDocument) throws(ShardError) {
        try append(
            id: document.id.span,
            url: document.url.span,
            date: document.date.span,
            tokens: document.tokens,
            textBytes: document.textBytes,
            contentHash: document.contentHash,
            signature: document.signature.span,
            bandKeys: document.bandKeys.span,
            fingerprintKeys: document.fingerprintKeys.span,
            positions: document.positions.span,
            idHash: IdentifierHash.hash(document.id.span)
        )
    }
}

/// The bytes of a shard of these documents.
func shardBytes(_ documents: [TestDocument], parameters: IndexParameters = .forTests) throws -> [UInt8] {
    let builder = ShardBuilder(parameters: parameters)
    for document in documents { try builder.append(document) }
    return try writtenBytes(builder).bytes
}

/// What a builder writes, and what it says it wrote.
func writtenBytes(
    _ builder: ShardBuilder,
    keepsMemory: Bool = false
) throws -> (bytes: [UInt8], summary: ShardSummary) {
    let storage = MemoryStorage()
    try storage.prepare()
    let file = try storage.create("shard")
    let summary = try builder.write(to: file, keepsMemory: keepsMemory)
    try file.synchronize()
    try file.close()
    return (try storage.read("shard", limit: 1 << 30), summary)
}

func openShard(_ bytes: [UInt8], expecting: IndexParameters? = nil) throws(ShardError) -> Shard {
    try Shard(file: MappedFile(copying: bytes), path: "test.shard", expecting: expecting)
}
