import ShardFormat
import TestSupport
import Testing

/// The list of boilerplate as bytes.
struct BoilerplateListTests {
    private static func list(seed: UInt64) -> BoilerplateList {
        var generator = SeededGenerator(seed: seed)
        let count = [0, 1, 2, 300, 1000][Int(seed % 5)]
        var keys = Set((0..<count).map { _ in UInt32.random(in: 0 ... .max, using: &generator) })
        if seed % 2 == 1 { keys.formUnion([0, 1, .max - 1, .max]) }
        let passages = (0..<Int(seed % 7))
            .map { number in
                BoilerplateList.Passage(
                    clusters: 1000 - number,
                    hosts: number,
                    fingerprints: 3,
                    tokens: number..<number + 40,
                    id: "page \(number)",
                    url: number == 2 ? "" : "https://example.org/ü/\(number)",
                    text: String(repeating: "Accept all ", count: number)
                )
            }
        return BoilerplateList(
            documents: 3000,
            clusters: 2000,
            hosts: 20,
            keys: keys.sorted(),
            passages: passages,
            passageCount: passages.count + 2
        )
    }

    @Test("what was written is read", arguments: UInt64(0)..<20)
    func roundTrip(_ seed: UInt64) throws {
        let list = Self.list(seed: seed)
        #expect(try BoilerplateList(decoding: list.encoded(), path: "list") == list)
    }

    @Test("cut off or changed anywhere, it is refused or read as something of its size", arguments: UInt64(0)..<10)
    func damage(_ seed: UInt64) throws {
        let bytes = Self.list(seed: seed).encoded()
        for length in 0..<min(bytes.count, 100) {
            #expect(throws: ShardError.self) { try BoilerplateList(decoding: Array(bytes[..<length]), path: "list") }
        }
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            var changed = bytes
            changed[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                1 << UInt8.random(in: 0..<8, using: &generator)
            let read = try? BoilerplateList(decoding: changed, path: "list")
            if let read { #expect(zip(read.keys, read.keys.dropFirst()).allSatisfy { $0 < $1 }) }
        }
    }

    @Test("another version and impossible counts are refused by name")
    func refusals() {
        #expect(throws: ShardError.versionTooNew(path: "list", kind: .attachment, expected: 1, found: 2)) {
            try BoilerplateList(decoding: [2], path: "list")
        }
        // 2^39 keys in a body said to have 2^29 bytes.
        let counts: [UInt8] =
            [1, 0, 0, 0] + [0x80, 0x80, 0x80, 0x80, 0x80, 0x10] + [0, 0] + [0x80, 0x80, 0x80, 0x80, 2]
        #expect(throws: ShardError.self) { try BoilerplateList(decoding: counts + [1, 0, 0, 0], path: "list") }
    }
}
