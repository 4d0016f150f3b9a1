import Foundation
import IndexStorage
import ShardFormat
import Testing

/// What a builder writes, counts and refuses.
struct BuilderTests {
    static let documents = ShardOracleTests.documents(200, pool: 30, fingerprints: 30, seed: 4)

    @Test("The same documents give the same bytes, from a fresh builder, a reset one, or one that wrote them before")
    func deterministic() throws {
        let bytes = try shardBytes(Self.documents)
        let builder = ShardBuilder(parameters: .forTests)
        for document in Self.documents.reversed() { try builder.append(document) }
        #expect(try writtenBytes(builder).bytes != bytes)
        for keepingCapacity in [true, false] {
            for document in Self.documents.prefix(9) { try builder.append(document) }
            builder.reset(keepingCapacity: keepingCapacity)
            for keepsMemory in [true, false, true] {
                #expect(builder.isEmpty && builder.fingerprintCount == 0 && builder.heldBytes == 0)
                for document in Self.documents { try builder.append(document) }
                #expect(try writtenBytes(builder, keepsMemory: keepsMemory).bytes == bytes)
            }
        }
    }

    @Test("Header and tail lie where the format's description says")
    func layout() throws {
        let bytes = try shardBytes(Self.documents)
        func number(_ offset: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
        }
        #expect(bytes.prefix(8).elementsEqual([0x89, 0x4E, 0x44, 0x53, 0x48, 0x0D, 0x0A, 0x1A]))
        #expect(bytes.suffix(8).elementsEqual([0x1A, 0x0A, 0x0D, 0x48, 0x53, 0x44, 0x4E, 0x89]))
        #expect(number(8, 4) == 1 && number(12, 4) == 72)
        let parameters = IndexParameters.forTests
        #expect(number(20, 4) == 0x100000 && number(24, 8) == parameters.seed)
        let numbers = (0..<9).map { number(32 + 4 * $0, 4) }
        #expect(numbers == [5, 16, 32, 8, 4, 8, 0, 800_000, 990_000])
        #expect(number(bytes.count - 24, 8) == UInt64(bytes.count))
        let footer = bytes.count - 24 - Int(number(bytes.count - 16, 4))
        #expect(number(footer, 8) == UInt64(Self.documents.count))
        let sections = Int(number(footer + 24 + 120 + 12, 4))
        #expect(sections == 23 && footer + 24 + 120 + 16 + 32 * sections == bytes.count - 24)
        #expect(number(footer + 24 + 120 + 16, 4) == 0x100)
    }

    @Test("The summary says what the shard then says of itself")
    func summary() throws {
        let builder = ShardBuilder(parameters: .forTests)
        for document in Self.documents { try builder.append(document) }
        let (bytes, summary) = try writtenBytes(builder)
        let shard = try openShard(bytes)
        #expect(summary.documents == shard.documentCount && summary.documents == Self.documents.count)
        #expect(summary.fingerprints == shard.fingerprintCount)
        #expect(summary.bytes == bytes.count && summary.footerChecksum == shard.footerChecksum)
        #expect(shard.parameters == .forTests)
        let sections = shard.sections
        #expect(sections.map(\.bytes).reduce(0, +) < bytes.count)
        #expect(zip(sections, sections.dropFirst()).allSatisfy { $0.offset + $0.bytes <= $1.offset })
    }

    @Test("Estimated memory depends on what was appended alone, and covers it")
    func memory() throws {
        let builder = ShardBuilder(parameters: .forTests)
        let empty = builder.estimatedMemory
        for document in Self.documents { try builder.append(document) }
        let full = builder.estimatedMemory
        #expect(full - empty >= 16 * builder.fingerprintCount + 32 * builder.documentCount)
        builder.reset(keepingCapacity: true)
        #expect(builder.estimatedMemory == empty)
        for document in Self.documents { try builder.append(document) }
        #expect(builder.estimatedMemory == full)
    }

    @Test("Repeated values are packed, random ones are stored as they are")
    func compression() throws {
        var documents = Self.documents
        let random = try openShard(try shardBytes(documents)).sections.first { $0.name == "signatures" }!
        #expect(random.bytes == random.rawBytes && random.rawBytes == 32 * documents.count)
        for index in documents.indices { documents[index].signature = [UInt8](repeating: 7, count: 32) }
        let copies = try openShard(try shardBytes(documents)).sections.first { $0.name == "signatures" }!
        #expect(copies.bytes < copies.rawBytes / 20)
        let names = try openShard(try shardBytes(documents)).sections.first { $0.name == "names" }!
        #expect(names.bytes < names.rawBytes / 2)
    }

    @Test("A value larger than a block has a block of its own; one over the limit is refused")
    func largeValues() throws {
        var documents = Array(Self.documents.prefix(5))
        documents[2].url = (0..<200_000).map { UInt8($0 % 251) }
        let shard = try openShard(try shardBytes(documents))
        let cursor = ShardCursor(shard)
        for number in documents.indices {
            #expect(try cursor.rawIdentity(of: UInt32(number)).url == documents[number].url)
        }
        try shard.verify()
        let builder = ShardBuilder(parameters: .forTests)
        documents[3].date = [UInt8](repeating: 1, count: 64 << 20 | 1)
        #expect(throws: ShardError.overLimit(what: "the bytes of a date", limit: 64 << 20, found: 64 << 20 | 1)) {
            try builder.append(documents[3])
        }
        #expect(builder.isEmpty)
    }

    @Test("A failed write is the storage's error, whichever call fails")
    func failures() throws {
        let calls = try record(failure: nil)
        let appends = calls.indices.filter { calls[$0].operation == .append }
        #expect(appends.count > 10)
        for call in appends {
            let error = #expect(throws: StorageError.self) {
                try record(failure: InjectedFailure(call: call, errno: 28, effect: .prefix(3)))
            }
            #expect(error?.errno == 28)
        }
    }

    private func record(failure: InjectedFailure?) throws -> [StorageCall] {
        let builder = ShardBuilder(parameters: .forTests)
        for document in Self.documents.prefix(20) { try builder.append(document) }
        let storage = FailingStorage(MemoryStorage(), failure: failure)
        try storage.prepare()
        let file = try storage.create("shard")
        _ = try builder.write(to: file)
        return storage.calls
    }

    @Test("A shard on disk opens by its path; a missing one is told")
    func paths() throws {
        let directory = NSTemporaryDirectory() + "shard-format-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let storage = DirectoryStorage(path: directory)
        try storage.prepare()
        let builder = ShardBuilder(parameters: .forTests)
        for document in Self.documents { try builder.append(document) }
        let file = try storage.create("a.shard")
        let summary = try builder.write(to: file)
        try file.close()
        let shard = try Shard(path: directory + "/a.shard", expecting: .forTests)
        #expect(shard.byteCount == summary.bytes && shard.documentCount == Self.documents.count)
        try shard.verify()
        let error = #expect(throws: ShardError.self) { try Shard(path: "/nonexistent/directory/a.shard") }
        #expect(error?.path == "/nonexistent/directory/a.shard")
    }
}
