import IndexStorage
import Testing

/// What every storage does, real or not.
@Suite("Every storage")
struct StorageBehaviourTests {
    @Test("keeps what is appended, in order", arguments: StorageKind.allCases)
    func roundTrip(kind: StorageKind) throws {
        try kind.withStorage { storage in
            let file = try storage.create("shard")
            var expected: [UInt8] = []
            // Below, at and above the size of the buffer, in an order that meets it empty and half full.
            for (index, count) in [1, 1 << 20, 0, 700_000, 700_000, 3 << 20, 5, (1 << 20) - 1].enumerated() {
                let bytes = [UInt8](repeating: UInt8(index), count: count)
                try file.append(bytes)
                expected += bytes
                #expect(file.size == UInt64(expected.count))
            }
            try file.synchronize()
            #expect(try storage.read("shard", limit: expected.count) == expected)
            try file.append([7])
            try file.close()
            expected.append(7)
            #expect(try storage.read("shard", limit: .max) == expected)
            let mapped = try storage.map("shard")
            #expect(mapped.count == expected.count)
            #expect(unsafe mapped.withUnsafeBytes { unsafe [UInt8]($0) == expected })
        }
    }

    @Test("lists its files by name", arguments: StorageKind.allCases)
    func list(kind: StorageKind) throws {
        try kind.withStorage { storage in
            #expect(try storage.list() == [])
            for name in ["b", "a", "c.tmp", "\u{e9}"] { try storage.write("", to: name) }
            #expect(try storage.list() == ["a", "b", "c.tmp", "\u{e9}"])
            try storage.remove("b")
            try storage.rename("c.tmp", to: "c")
            #expect(try storage.list() == ["a", "c", "\u{e9}"])
        }
    }

    @Test("creates no file twice", arguments: StorageKind.allCases)
    func exclusiveCreation(kind: StorageKind) throws {
        try kind.withStorage { storage in
            try storage.write("first", to: "manifest")
            #expect(code { _ = try storage.create("manifest") } == .alreadyExists)
            #expect(try storage.text(of: "manifest") == "first")
            try storage.remove("manifest")
            try storage.write("second", to: "manifest")
            #expect(try storage.text(of: "manifest") == "second")
        }
    }

    @Test("reads up to the limit and not beyond", arguments: StorageKind.allCases)
    func boundedRead(kind: StorageKind) throws {
        try kind.withStorage { storage in
            try storage.write("12345", to: "five")
            try storage.write("", to: "none")
            #expect(try storage.read("five", limit: 5).count == 5)
            #expect(code { _ = try storage.read("five", limit: 4) } == .tooLarge(limit: 4, size: 5))
            #expect(try storage.read("none", limit: 0) == [])
            #expect(code { _ = try storage.read("five", limit: 0) } == .tooLarge(limit: 0, size: 5))
        }
    }

    @Test("puts one file in another's place", arguments: StorageKind.allCases)
    func replace(kind: StorageKind) throws {
        try kind.withStorage { storage in
            try storage.write("old", to: "manifest")
            try storage.write("new", to: "manifest.tmp")
            let before = try storage.map("manifest")
            try storage.replace("manifest", with: "manifest.tmp")
            #expect(try storage.text(of: "manifest") == "new")
            #expect(try storage.list() == ["manifest"])
            // A reader that has the old one open keeps it.
            #expect(unsafe before.withUnsafeBytes { unsafe $0.elementsEqual("old".utf8) })
            try storage.replace("manifest", with: "manifest")
            #expect(try storage.text(of: "manifest") == "new")
        }
    }

    @Test("lets a file be renamed and removed while it is written", arguments: StorageKind.allCases)
    func unlinkedWriter(kind: StorageKind) throws {
        try kind.withStorage { storage in
            let file = try storage.create("a")
            try storage.rename("a", to: "b")
            try file.append(Array("text".utf8))
            try file.synchronize()
            #expect(try storage.text(of: "b") == "text")
            try storage.remove("b")
            try storage.synchronize()
            try file.append(Array("more".utf8))
            try file.synchronize()
            try file.close()
            #expect(try storage.list() == [])
        }
    }

    @Test("names what is missing", arguments: StorageKind.allCases)
    func missing(kind: StorageKind) throws {
        try kind.withStorage { storage in
            #expect(code { _ = try storage.map("gone") } == .notFound)
            #expect(code { _ = try storage.read("gone", limit: 1) } == .notFound)
            #expect(code { try storage.remove("gone") } == .notFound)
            #expect(code { try storage.rename("gone", to: "here") } == .notFound)
            do throws(StorageError) {
                try storage.replace("manifest", with: "gone")
                Issue.record("replaced with nothing")
            } catch {
                #expect(error.operation == .rename)
                #expect(error.path == storage.path + "/gone")
            }
        }
    }

    @Test(
        "refuses names that lead elsewhere",
        arguments: StorageKind.allCases,
        ["", ".", "..", "a/b", "/", "../x", "a\0b", "/\u{301}", String(repeating: "x", count: 256)]
    )
    func invalidNames(kind: StorageKind, name: String) throws {
        try kind.withStorage { storage in
            try storage.write("", to: "file")
            #expect(code { _ = try storage.create(name) } == .invalidName)
            #expect(code { _ = try storage.map(name) } == .invalidName)
            #expect(code { _ = try storage.read(name, limit: 1) } == .invalidName)
            #expect(code { try storage.remove(name) } == .invalidName)
            #expect(code { try storage.rename("file", to: name) } == .invalidName)
            #expect(code { try storage.rename(name, to: "file") } == .invalidName)
            #expect(code { _ = try storage.lock(name) } == .invalidName)
            #expect(try storage.list() == ["file"])
        }
    }

    @Test("takes names that only look odd", arguments: StorageKind.allCases)
    func oddNames(kind: StorageKind) throws {
        try kind.withStorage { storage in
            let names = ["...", ".hidden", "a..b", "a b", String(repeating: "x", count: 255)]
            for name in names { try storage.write(name, to: name) }
            #expect(try storage.list() == names.sorted())
        }
    }

    @Test("writes to no closed file", arguments: StorageKind.allCases)
    func closedFile(kind: StorageKind) throws {
        try kind.withStorage { storage in
            let file = try storage.create("a")
            try file.append([1])
            try file.close()
            try file.close()
            #expect(code { try file.append([2]) } == .ioError)
            #expect(code { try file.synchronize() } == .ioError)
            #expect(try storage.read("a", limit: 9) == [1])
        }
    }

    @Test("has one holder of a lock", arguments: StorageKind.allCases)
    func locking(kind: StorageKind) throws {
        try kind.withStorage { storage in
            let first = try storage.lock("write.lock")
            #expect(code { _ = try storage.lock("write.lock") } == .locked(holder: ownProcess))
            _ = try storage.lock("other.lock")
            first.release()
            let second = try storage.lock("write.lock")
            // What is released already cannot release another's.
            first.release()
            #expect(code { _ = try storage.lock("write.lock") } == .locked(holder: ownProcess))
            second.release()
            #expect(try storage.read("write.lock", limit: 16) == [])
            #expect(try storage.list() == ["other.lock", "write.lock"])
        }
    }

    @Test("releases a lock that is dropped", arguments: StorageKind.allCases)
    func droppedLock(kind: StorageKind) throws {
        try kind.withStorage { storage in
            var lock: (any StorageLock)? = try storage.lock("lock")
            #expect(lock != nil)
            lock = nil
            try storage.lock("lock").release()
        }
    }

    @Test("can be prepared again", arguments: StorageKind.allCases)
    func preparedTwice(kind: StorageKind) throws {
        try kind.withStorage { storage in
            try storage.write("kept", to: "a")
            try storage.prepare()
            #expect(try storage.text(of: "a") == "kept")
        }
    }

    @Test("can be used from many threads")
    func manyThreads() async throws {
        let temporary = try TemporaryDirectory()
        let storages: [any IndexDirectory] = [DirectoryStorage(path: temporary.path), MemoryStorage()]
        for storage in storages {
            try storage.prepare()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for round in 0..<10 {
                            try storage.write("\(task)", to: "\(task)-\(round).tmp")
                            try storage.rename("\(task)-\(round).tmp", to: "\(task)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try storage.list() == (0..<8).map { "\($0)" })
            for task in 0..<8 { #expect(try storage.text(of: "\(task)") == "\(task)") }
        }
        withExtendedLifetime(temporary) {}
    }
}
