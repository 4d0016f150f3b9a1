import IndexStorage
import Testing

@Suite("A storage whose directory is missing")
struct UnpreparedStorageTests {
    @Test("says so to everyone", arguments: [true, false])
    func missingDirectory(inMemory: Bool) throws {
        let storage: any IndexDirectory =
            inMemory ? MemoryStorage() : DirectoryStorage(path: "/nonexistent/neardup/index")
        #expect(code { _ = try storage.list() } == .notFound)
        #expect(code { _ = try storage.create("a") } == .notFound)
        #expect(code { _ = try storage.map("a") } == .notFound)
        #expect(code { _ = try storage.read("a", limit: 1) } == .notFound)
        #expect(code { _ = try storage.lock("a") } == .notFound)
        #expect(code { try storage.synchronize() } == .notFound)
    }

    @Test("creates the directories above it", arguments: ["a", "a/b/c", "a//b/", "./a/../b/c"])
    func parents(relative: String) throws {
        let temporary = try TemporaryDirectory()
        let storage = DirectoryStorage(path: temporary.path + "/" + relative)
        try storage.prepare()
        try storage.prepare()
        try storage.write("text", to: "file")
        #expect(try storage.text(of: "file") == "text")
        withExtendedLifetime(temporary) {}
    }

    @Test("does not replace a file by a directory", arguments: ["file", "file/below", "link"])
    func fileInTheWay(relative: String) throws {
        let temporary = try TemporaryDirectory()
        try DirectoryStorage(path: temporary.path).write("", to: "file")
        try run("ln -s nowhere '\(temporary.path)/link'")
        #expect(code { try DirectoryStorage(path: temporary.path + "/" + relative).prepare() } == .notADirectory)
        withExtendedLifetime(temporary) {}
    }

    @Test("cannot be created without a path")
    func emptyPath() {
        #expect(code { try DirectoryStorage(path: "").prepare() } == .notFound)
    }
}
