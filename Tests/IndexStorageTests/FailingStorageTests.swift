import IndexStorage
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("A failing storage")
struct FailingStorageTests {
    /// Every kind of call there is, once at least.
    static func scenario(_ storage: any IndexDirectory) throws {
        try storage.prepare()
        let lock = try storage.lock("lock")
        let file = try storage.create("tmp")
        try file.append([1, 2, 3])
        try file.append([4, 5])
        try file.synchronize()
        try file.close()
        try storage.replace("manifest", with: "tmp")
        _ = try storage.list()
        _ = try storage.map("manifest")
        _ = try storage.read("manifest", limit: 9)
        try storage.remove("manifest")
        lock.release()
    }

    static let operations: [StorageOperation] = [
        .prepare, .lock, .create, .append, .append, .synchronize, .close, .rename, .synchronizeDirectory, .list, .map,
        .read, .remove,
    ]

    @Test("notes every call")
    func log() throws {
        let storage = FailingStorage(MemoryStorage())
        try Self.scenario(storage)
        #expect(storage.calls.map(\.operation) == Self.operations)
        #expect(Set(Self.operations) == Set(StorageOperation.allCases))
        #expect(storage.calls[3] == StorageCall(operation: .append, name: "tmp", bytes: 3))
        #expect(storage.calls[7].name == "manifest")
    }

    @Test("fails exactly the call it was told to", arguments: operations.indices, [EIO, ENOSPC, EACCES])
    func failsOneCall(index: Int, number: Int32) throws {
        let storage = FailingStorage(MemoryStorage(), failure: InjectedFailure(call: index, errno: number))
        do {
            try Self.scenario(storage)
            Issue.record("call \(index) did not fail")
        } catch let error as StorageError {
            #expect(error.operation == Self.operations[index])
            #expect(error.errno == number)
            #expect(storage.calls.count == index + 1)
        }
        // All is well again, on other names than those the attempt may have left.
        try storage.prepare()
        try storage.write("text", to: "later")
        #expect(try storage.text(of: "later") == "text")
    }

    @Test("fails everything after a crash", arguments: operations.indices)
    func failsEverythingAfter(index: Int) throws {
        let failure = InjectedFailure(call: index, errno: EIO, everythingAfterFails: true)
        let storage = FailingStorage(MemoryStorage(), failure: failure)
        #expect(code { try Self.scenario(storage) } == .ioError)
        #expect(code { try storage.prepare() } == .ioError)
        #expect(code { _ = try storage.list() } == .ioError)
        #expect(code { _ = try storage.create("later") } == .ioError)
        #expect(code { try storage.synchronize() } == .ioError)
    }

    @Test("writes a part of an append and then fails", arguments: [(-1, 0), (0, 0), (1, 1), (3, 3), (99, 3)])
    func shortWrite(asked: Int, written: Int) throws {
        let memory = MemoryStorage()
        try memory.prepare()
        let storage = FailingStorage(memory, failure: InjectedFailure(call: 1, errno: ENOSPC, effect: .prefix(asked)))
        let file = try storage.create("log")
        #expect(code { try file.append([1, 2, 3]) } == .outOfSpace)
        #expect(try memory.read("log", limit: 9) == Array([1, 2, 3].prefix(written)))
    }

    @Test("spoils a file by its first failure", arguments: [1, 2])
    func spoiltFile(index: Int) throws {
        let memory = MemoryStorage()
        try memory.prepare()
        let storage = FailingStorage(memory, failure: InjectedFailure(call: index, errno: EIO))
        let file = try storage.create("log")
        #expect(
            code {
                try file.append([1])
                try file.synchronize()
            } == .ioError
        )
        #expect(code { try file.append([2]) } == .ioError)
        #expect(code { try file.synchronize() } == .ioError)
        #expect(code { try file.close() } == .ioError)
        #expect(code { try file.close() } == nil)
    }

    @Test("can do all it was asked to and report failure")
    func completeEffect() throws {
        let memory = MemoryStorage()
        try memory.prepare()
        try memory.write("new", to: "tmp")
        let storage = FailingStorage(memory, failure: InjectedFailure(call: 0, errno: EIO, effect: .complete))
        #expect(code { try storage.replace("manifest", with: "tmp") } == .ioError)
        #expect(storage.calls.map(\.operation) == [.rename])
        #expect(try memory.list() == ["manifest"])
        // The directory was not synchronised: after a power cut nothing of it is certain.
        #expect(try memory.crash().list() == [])
    }

    @Test("does nothing of a call that fails, but for the effect asked for")
    func noEffect() throws {
        let memory = MemoryStorage()
        try memory.prepare()
        try memory.write("kept", to: "a")
        let storage = FailingStorage(memory, failure: InjectedFailure(call: 0, errno: EROFS))
        #expect(code { try storage.remove("a") } == .readOnly)
        #expect(try memory.text(of: "a") == "kept")
    }
}
