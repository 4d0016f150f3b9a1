import StreamCompression
import Testing

@testable import ShardFormat

struct ManifestTests {
    static let manifest = Manifest(
        parameters: .forTests,
        generation: 1 << 40,
        nextShard: 12,
        shards: [
            .init(name: "000001.shard", documents: 12, fingerprints: 400, bytes: 1 << 33, footerChecksum: 0xDEAD_BEEF),
            .init(
                name: "000011.shard",
                documents: 5,
                fingerprints: 0,
                bytes: 4000,
                footerChecksum: 1,
                tombstones: "000011.dead",
                dead: 2
            ),
        ]
    )

    @Test("A manifest comes back as it was, with and without shards")
    func roundTrip() throws {
        #expect(try Manifest(decoding: Self.manifest.encoded(), path: "m") == Self.manifest)
        let empty = Manifest(parameters: .forTests)
        #expect(try Manifest(decoding: empty.encoded(), path: "m") == empty)
    }

    @Test("A list of inputs comes back, and a manifest from before there was any is read")
    func inputs() throws {
        var manifest = Self.manifest
        manifest.inputs = .init(name: "inputs-00000007.ndinputs", checksum: 0x1234_5678)
        #expect(try Manifest(decoding: manifest.encoded(), path: "m") == manifest)
        // Less an empty name and a checksum of 0, and with the checksum of what is left.
        var older = ByteWriter()
        older.append(Array(Self.manifest.encoded().dropLast(4 + 5)))
        older.append(CRC32C.checksum(older.bytes))
        #expect(try Manifest(decoding: older.bytes, path: "m") == Self.manifest)
    }

    @Test("Any damage, cut or addition is a named error")
    func damage() {
        let bytes = Self.manifest.encoded()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x41
            let error = #expect(throws: ShardError.self, "byte \(index)") { try Manifest(decoding: damaged, path: "m") }
            #expect(error?.path == "m")
            #expect(throws: ShardError.self) { try Manifest(decoding: Array(bytes.prefix(index)), path: "m") }
        }
        #expect(throws: ShardError.self) { try Manifest(decoding: bytes + [0], path: "m") }
        #expect(throws: ShardError.unrecognised(path: "m", kind: .manifest, found: "an empty file")) {
            try Manifest(decoding: [], path: "m")
        }
    }

    @Test("What no writer leaves is refused though its checksum is right")
    func impossible() {
        func decode(_ change: (inout Manifest) -> Void) throws {
            var manifest = Self.manifest
            change(&manifest)
            _ = try Manifest(decoding: manifest.encoded(), path: "m")
        }
        #expect(throws: ShardError.self) { try decode { $0.shards[0].name = "../../etc/passwd" } }
        #expect(throws: ShardError.self) { try decode { $0.shards[0].name = "" } }
        #expect(throws: ShardError.self) { try decode { $0.shards[0].name = $0.shards[1].name } }
        #expect(throws: ShardError.self) { try decode { $0.shards[1].dead = 6 } }
        #expect(throws: ShardError.self) { try decode { $0.shards[1].dead = 0 } }
        #expect(throws: ShardError.self) { try decode { $0.shards[0].dead = 1 } }
        #expect(throws: ShardError.self) { try decode { $0.shards[0].documents = 1 << 40 } }
    }

    @Test("Newer and older formats are told apart from damage")
    func version() {
        var bytes = Self.manifest.encoded()
        bytes[8] = 1
        #expect(throws: ShardError.versionTooNew(path: "m", kind: .manifest, expected: 0, found: 1)) {
            try Manifest(decoding: bytes, path: "m")
        }
    }
}
