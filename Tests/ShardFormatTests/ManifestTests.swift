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

    @Test("A list of inputs comes back")
    func inputs() throws {
        var manifest = Self.manifest
        manifest.inputs = .init(name: "inputs-00000007.ndinputs", checksum: 0x1234_5678)
        #expect(try Manifest(decoding: manifest.encoded(), path: "m") == manifest)
    }

    @Test("Attachments come back in order, with flags that nobody knows")
    func attachments() throws {
        var manifest = Self.manifest
        manifest.attachments = [
            .init(kind: "log", name: "log-2", flags: [.requiredToRead, .grows]),
            .init(kind: "boilerplate", name: "b-1.ndpart", checksum: 7, flags: .init(rawValue: 1 << 31 | 2)),
            .init(kind: "log", name: "log-1", flags: []),
        ]
        #expect(try Manifest(decoding: manifest.encoded(), path: "m") == manifest)
        #expect(manifest.fileNames.isSuperset(of: ["log-1", "log-2", "b-1.ndpart", "000011.dead", "000001.shard"]))
    }

    @Test("An attachment's content comes back; another file, or a damaged one, is refused")
    func attachmentFile() throws {
        let content: [UInt8] = Array(0..<200)
        let (bytes, entry) = IndexAttachment.file(
            kind: "words",
            name: "w",
            flags: [.requiredToRead, .grows],
            content: content
        )
        #expect(entry.flags == .requiredToRead)
        #expect(try entry.content(decoding: bytes, path: "w") == content)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x10
            #expect(throws: ShardError.self, "byte \(index)") { try entry.content(decoding: damaged, path: "w") }
            #expect(throws: ShardError.self) { try entry.content(decoding: Array(bytes.prefix(index)), path: "w") }
        }
        let (other, _) = IndexAttachment.file(kind: "words", name: "w", flags: [], content: [1])
        #expect(throws: ShardError.self) { try entry.content(decoding: other, path: "w") }
        let (kind, _) = IndexAttachment.file(kind: "sword", name: "w", flags: [], content: content)
        #expect(throws: ShardError.self) { try entry.content(decoding: kind, path: "w") }
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
        let attachment = IndexAttachment(kind: "log", name: "a-file")
        #expect(throws: ShardError.self) { try decode { $0.attachments = [attachment, attachment] } }
        #expect(throws: ShardError.self) { try decode { $0.attachments = [IndexAttachment(kind: "", name: "a-file")] } }
        #expect(throws: ShardError.self) {
            try decode { $0.attachments = [IndexAttachment(kind: "log", name: "../log")] }
        }
    }

    @Test("Newer and older formats are told apart from damage")
    func version() {
        var bytes = Self.manifest.encoded()
        bytes[8] = 2
        #expect(throws: ShardError.versionTooNew(path: "m", kind: .manifest, expected: 1, found: 2)) {
            try Manifest(decoding: bytes, path: "m")
        }
        bytes[8] = 0
        let older = ShardError.versionTooOld(path: "m", kind: .manifest, expected: 1, found: 0)
        #expect(throws: older) { try Manifest(decoding: bytes, path: "m") }
        #expect(older.description.contains("index again"))
    }
}
