import Foundation
import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// Parts of an index that the manifest names by kind.
struct AttachmentTests {
    private let storage = MemoryStorage(path: "news.index")

    private func writer(_ storage: any IndexDirectory) throws -> IndexWriter {
        try IndexWriter(storage, settings: nil, memory: 1 << 30)
    }

    @Test("an attachment is read back, stays through commits and merges, is replaced, and goes")
    func life() throws {
        let writer = try writer(storage)
        try writer.add(story("a", 1))
        try writer.attach(kind: "words", content: [1, 2, 3])
        #expect(try IndexSnapshot(storage).attachments(ofKind: "words") == [[1, 2, 3]])
        #expect(try IndexSnapshot(storage).documentCount == 1)
        try writer.add(story("b", 2))
        try writer.commit()
        _ = try writer.compact()
        #expect(try IndexSnapshot(storage).attachments(ofKind: "words") == [[1, 2, 3]])
        try writer.attach(kind: "words", content: [4])
        #expect(try IndexSnapshot(storage).attachments(ofKind: "words") == [[4]])
        #expect(try storage.list().filter { $0.hasSuffix(".ndpart") }.count == 1)
        try IndexSnapshot(storage).verify()
        try writer.attach(kind: "words", content: nil)
        #expect(try IndexSnapshot(storage).attachments(ofKind: "words").isEmpty)
        #expect(try storage.list().filter { $0.hasSuffix(".ndpart") }.isEmpty)
        writer.close()
    }

    @Test("a kind that must be known is refused by name, others are passed over and kept")
    func unknown() throws {
        for flags in [[], .requiredToRead, .requiredToWrite] as [IndexAttachment.Flags] {
            let storage = MemoryStorage(path: "news.index")
            var writer = try writer(storage)
            try writer.attach(kind: "novelty", flags: flags, content: [9])
            writer.close()
            let refusal = IndexError.damaged(.unknownAttachment(path: "news.index", kind: "novelty"))
            #expect(refusal.description.contains("novelty"))
            guard flags == [] else {
                #expect(throws: refusal) { try self.writer(storage) }
                if flags == .requiredToRead { #expect(throws: refusal) { try IndexSnapshot(storage) } }
                if flags == .requiredToWrite { try IndexSnapshot(storage).verify() }
                continue
            }
            writer = try self.writer(storage)
            try writer.add(story("a", 1))
            try writer.commit()
            writer.close()
            #expect(try IndexSnapshot(storage).attachments(ofKind: "novelty") == [[9]])
        }
    }

    @Test("a damaged or missing file is found, one that nothing names is removed by the next writer")
    func damage() throws {
        let writer = try writer(storage)
        try writer.attach(kind: "words", content: [1, 2, 3])
        writer.close()
        let name = try #require(try storage.list().first { $0.hasSuffix(".ndpart") })
        let bytes = try storage.read(name, limit: 1 << 20)
        try storage.put(bytes, as: "words-00000099.ndpart")
        try self.writer(storage).close()
        #expect(try !storage.list().contains("words-00000099.ndpart"))
        var damaged = bytes
        damaged[bytes.count - 6] ^= 1
        try storage.put(damaged, as: name)
        #expect(throws: IndexError.self) { try IndexSnapshot(storage).verify() }
        #expect(throws: IndexError.self) { try IndexSnapshot(storage).attachments(ofKind: "words") }
        try storage.remove(name)
        #expect(throws: IndexError.self) { try IndexSnapshot(storage).verify() }
    }

    @Test("whichever call fails, and whatever a power cut leaves, the index has the old content or the new")
    func everyCallFails() throws {
        func run(_ storage: any IndexDirectory) -> (any Error)? {
            do {
                let writer = try writer(storage)
                defer { writer.close() }
                try writer.attach(kind: "words", content: [1])
                try writer.attach(kind: "words", content: [2])
                return nil
            } catch { return error }
        }
        let whole = FailingStorage(MemoryStorage(), failure: nil)
        #expect(run(whole) == nil)
        for call in whole.calls.indices {
            let disk = MemoryStorage()
            let failure = InjectedFailure(call: call, errno: ENOSPC, everythingAfterFails: call % 2 == 0)
            _ = run(FailingStorage(disk, failure: failure))
            for left in [disk, disk.crash(keeping: .prefixes(seed: UInt64(call)))] {
                if let snapshot = try? IndexSnapshot(left) {
                    try snapshot.verify()
                    let contents = try snapshot.attachments(ofKind: "words")
                    #expect(contents == [] || contents == [[1]] || contents == [[2]])
                }
                #expect(run(left) == nil, "call \(call)")
                #expect(try IndexSnapshot(left).attachments(ofKind: "words") == [[2]])
            }
        }
    }
}
