import ShardFormat
import TestSupport
import Testing

/// Signatures compared together are those compared one by one.
struct SignatureComparisonTests {
    @Test("in blocks stored as they are and in packed ones", arguments: 0..<4)
    func together(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let parameters = IndexParameters.forTests
        let bytes = parameters.signatureBytes
        // Random ones can't be packed; those that repeat are.
        let signatures = (0..<3000)
            .map { document in
                document % 1500 < 700
                    ? [UInt8](repeating: UInt8(document / 100), count: bytes)
                    : (0..<bytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
            }
        let documents = signatures.enumerated()
            .map { number, signature in TestDocument(id: Array("\(number)".utf8), signature: signature) }
        let shard = try openShard(try shardBytes(documents))
        let cursor = ShardCursor(shard)
        var counts: [UInt32] = [7]
        for round in 0..<200 {
            let asked = (0..<round % 40)
                .map { _ in
                    // Some rounds within the part that is stored as it is, some anywhere.
                    UInt32.random(in: round % 2 == 0 ? 800..<1400 : 0..<3000, using: &generator)
                }
                .sorted()
            let incoming = signatures[Int.random(in: 0..<3000, using: &generator)]
            try cursor.signatureMatches(incoming.span, with: asked.span, into: &counts)
            // Of 8 bits each.
            let expected = asked.map { document in
                UInt32(zip(incoming, signatures[Int(document)]).count { $0 == $1 })
            }
            #expect(counts == expected, "seed \(seed), round \(round)")
        }
        let (incoming, missing) = ([UInt8](repeating: 0, count: bytes), [UInt32(5), 3000])
        #expect(throws: ShardError.self) {
            try cursor.signatureMatches(incoming.span, with: missing.span, into: &counts)
        }
    }
}
