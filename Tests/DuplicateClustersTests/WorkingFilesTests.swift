import IndexStorage
import NearDuplicates
import Testing

@testable import DuplicateClusters

/// Whatever call on the disk fails, the phase says so, and running it again gives what it would have given.
struct WorkingFilesTests {
    @Test("every call fails once")
    func everyCall() throws {
        let sources = try index(MadeUpDump(seed: 5, count: 60).documents, shardDocuments: 25)
        let calm = FailingStorage(try prepared())
        let expected = try decisions(sources, calm)
        let count = calm.calls.count
        #expect(count > 30)
        for call in 0..<count {
            for effect in [InjectedFailure.Effect.nothing, .complete] {
                let storage = try prepared()
                let failing = FailingStorage(storage, failure: InjectedFailure(call: call, errno: 5, effect: effect))
                do throws(ClusterError) {
                    let found = try decisions(sources, failing)
                    // Removing what is of no more use may fail and matter to nobody.
                    #expect(calm.calls[call].operation == .remove, "call \(call)")
                    #expect(found == expected)
                } catch {
                    switch error {
                    case .storage, .index(.storage): break
                    default: Issue.record("\(error)")
                    }
                }
                #expect(try decisions(sources, storage) == expected, "after call \(call)")
            }
        }
    }

    @Test("a changed or cut file of decisions is refused, and so are other working files")
    func damage() throws {
        let sources = try index(MadeUpDump(seed: 6, count: 40).documents, shardDocuments: 100)
        let storage = try prepared()
        _ = try decisions(sources, storage)
        let bytes = try storage.read(WorkingFiles.decisions, limit: 1 << 20)
        for place in stride(from: 0, to: bytes.count, by: 7) {
            var damaged = bytes
            damaged[place] ^= 0x10
            try put(damaged, as: "damaged", in: storage)
            #expect(throws: ClusterError.self, "byte \(place)") { try ClusterDecisions(storage, named: "damaged") }
        }
        for name in [WorkingFiles.documents, WorkingFiles.nearCopies, WorkingFiles.decisions] {
            let bytes = try storage.read(name, limit: 1 << 20)
            for count in [0, 1, 8, 24, 32, bytes.count - 1] {
                try put(Array(bytes[..<count]), as: "damaged", in: storage)
                #expect(throws: ClusterError.self, "\(name), \(count) bytes") {
                    switch name {
                    case WorkingFiles.documents: _ = try DocumentTable(storage, named: "damaged")
                    case WorkingFiles.nearCopies: _ = try NearCopies(storage, named: "damaged")
                    default: _ = try ClusterDecisions(storage, named: "damaged")
                    }
                }
            }
        }
    }

    private func prepared() throws -> MemoryStorage {
        let storage = MemoryStorage()
        try storage.prepare()
        return storage
    }

    private func put(_ bytes: [UInt8], as name: String, in storage: MemoryStorage) throws {
        if try storage.list().contains(name) { try storage.remove(name) }
        let file = try storage.create(name)
        try file.append(bytes)
        try file.close()
    }

    private func decisions(
        _ sources: ClusterSources,
        _ storage: any IndexDirectory
    ) throws(ClusterError) -> [ClusterDecision] {
        let work = ClusterWork(sources, in: storage, memory: 1)
        let table = try DocumentTable.make(of: sources, keep: .longest, in: storage, memory: 1)
        let near = try NearCopies.find(work, table)
        let decisions = try ClusterDecisions.find(work, table, near)
        return (0..<decisions.count).map { decisions[$0] }
    }
}
