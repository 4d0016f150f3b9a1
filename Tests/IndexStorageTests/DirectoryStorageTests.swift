import Synchronization
import Testing

@testable import IndexStorage

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("A directory of the system")
struct DirectoryStorageTests {
    let temporary: TemporaryDirectory
    let storage: DirectoryStorage

    init() throws {
        temporary = try TemporaryDirectory()
        storage = DirectoryStorage(path: temporary.path)
    }

    @Test("lists regular files and links to them, and nothing else")
    func list() throws {
        try storage.write("", to: "file")
        try run(
            "cd '\(temporary.path)' && mkdir dir && mkfifo pipe && ln -s file link && ln -s gone broken && ln -s dir d"
        )
        try run("cd '\(temporary.path)' && touch \"$(printf 'bad\\377')\"")
        #expect(try storage.list() == ["file", "link"])
    }

    @Test("reads and maps only regular files, without waiting for a pipe's writer")
    func irregular() throws {
        try run("cd '\(temporary.path)' && mkdir dir && mkfifo pipe")
        #expect(code { _ = try storage.map("dir") } == .isADirectory)
        #expect(code { _ = try storage.map("pipe") } == .notRegular)
        #expect(code { _ = try storage.read("dir", limit: 9) } == .isADirectory)
        #expect(code { _ = try storage.read("pipe", limit: 9) } == .notRegular)
        #expect(code { _ = try storage.lock("pipe") } == .notRegular)
        #expect(code { _ = try storage.create("pipe") } == .alreadyExists)
    }

    @Test("reads a file whose size the system does not tell", .enabled(if: exists("/proc/self/status")))
    func unknownSize() throws {
        let bytes = try DirectoryStorage(path: "/proc/self").read("status", limit: 1 << 16)
        #expect(bytes.starts(with: "Name:".utf8))
        #expect(
            code { _ = try DirectoryStorage(path: "/proc/self").read("status", limit: 8) }
                == .tooLarge(limit: 8, size: 9)
        )
    }

    @Test("writes nothing of a file that is dropped before it is full, closed or synchronised")
    func droppedFile() throws {
        do {
            let file = try storage.create("dropped")
            try file.append([1, 2, 3])
        }
        #expect(try storage.read("dropped", limit: 9) == [])
    }

    @Test("keeps no descriptor of files, mappings, locks and failures", .enabled(if: exists("/proc/self/fd")))
    func descriptors() throws {
        func cycle() throws {
            try storage.write("text", to: "a")
            let mapped = try storage.map("a")
            #expect(mapped.count == 4)
            _ = try storage.read("a", limit: 9)
            _ = try storage.list()
            try storage.synchronize()
            let lock = try storage.lock("lock")
            #expect(code { _ = try storage.lock("lock") } != nil)
            #expect(code { _ = try storage.create("a") } != nil)
            #expect(code { _ = try storage.read("a", limit: 1) } != nil)
            #expect(code { _ = try storage.map("gone") } != nil)
            lock.release()
            _ = try storage.create("dropped")
            try storage.remove("dropped")
            try storage.remove("a")
        }
        // Other tests run beside this one and open files of their own: only those of this directory count.
        try cycle()
        let open = try run("ls -l /proc/\(ownProcess)/fd | grep -q '\(temporary.path)'")
        #expect(open == 1)
    }

    @Test("reports a full disk when bytes leave the buffer, and from then on", .enabled(if: exists("/dev/full")))
    func fullDisk() throws {
        // Every byte written to /dev/full meets a full disk.
        let descriptor = try Descriptor(opening: "/dev/full", O_WRONLY, for: .create)
        let file = DirectoryFile(descriptor, name: "full", path: "/dev/full")
        try file.append([1])
        let expected = StorageError(errno: ENOSPC, operation: .synchronize, path: "/dev/full")
        #expect(throws: expected) { try file.synchronize() }
        #expect(throws: expected) { try file.append([2]) }
        #expect(throws: expected) { try file.synchronize() }
        #expect(throws: expected) { try file.close() }
        // Closed all the same.
        #expect(code { try file.close() } == nil)
    }

    @Test(
        "reports a full disk from an append larger than the buffer, and from closing",
        .enabled(if: exists("/dev/full"))
    )
    func fullDiskWithoutSynchronising() throws {
        let large = DirectoryFile(
            try Descriptor(opening: "/dev/full", O_WRONLY, for: .create),
            name: "full",
            path: "/dev/full"
        )
        #expect(throws: StorageError(errno: ENOSPC, operation: .append, path: "/dev/full")) {
            try large.append([UInt8](repeating: 0, count: DirectoryFile.bufferSize))
        }
        let small = DirectoryFile(
            try Descriptor(opening: "/dev/full", O_WRONLY, for: .create),
            name: "full",
            path: "/dev/full"
        )
        try small.append([1])
        #expect(throws: StorageError(errno: ENOSPC, operation: .close, path: "/dev/full")) { try small.close() }
    }

    @Test(
        "is excluded by another process's lock, and takes it over when that process is killed",
        .enabled(if: exists("/usr/bin/flock"))
    )
    func lockOfAnotherProcess() throws {
        let lock = temporary.path + "/lock"
        // flock(1) holds the lock through the shell it starts, which writes its own number and waits to be killed.
        try run("flock '\(lock)' sh -c 'echo $$ > \"\(lock)\"; touch \"\(lock).ready\"; exec sleep 60' & :")
        try run("for i in $(seq 500); do test -e '\(lock).ready' && break; sleep 0.01; done")
        let text = try storage.text(of: "lock")
        let holder = try #require(Int32(text.dropLast()))
        #expect(code { _ = try storage.lock("lock") } == .locked(holder: holder))
        try run("kill -9 \(holder)")
        // The flock process itself has a copy of the descriptor until it has seen its child's end.
        let status = try run("for i in $(seq 500); do flock -n '\(lock)' true && exit 0; sleep 0.01; done; exit 1")
        #expect(status == 0)
        let own = try storage.lock("lock")
        #expect(try storage.text(of: "lock") == "\(ownProcess)\n")
        #expect(try run("flock -n '\(lock)' true") == 1)
        own.release()
        #expect(try run("flock -n '\(lock)' true") == 0)
    }

    @Test("knows no holder where the lock file does not tell", arguments: ["", "nonsense", "99999999999999999"])
    func unknownHolder(text: String) throws {
        let lock = try storage.lock("lock")
        try run("printf '\(text)' > '\(temporary.path)/lock'")
        #expect(code { _ = try storage.lock("lock") } == .locked(holder: nil))
        lock.release()
    }

    @Test("locks the file of that name, though the one locked before was removed")
    func removedLock() throws {
        let old = try storage.lock("lock")
        try storage.remove("lock")
        let new = try storage.lock("lock")
        #expect(code { _ = try storage.lock("lock") } == .locked(holder: ownProcess))
        old.release()
        #expect(code { _ = try storage.lock("lock") } == .locked(holder: ownProcess))
        new.release()
    }

    @Test("has one holder at a time, though each removes the lock file while others open it")
    func contendedRemoval() async throws {
        /// How many hold the lock now, and how often one did, alone and not.
        final class Census: Sendable {
            let inside = Atomic(0)
            let alone = Atomic(0)
            let together = Atomic(0)
        }
        let census = Census()
        await withTaskGroup(of: Void.self) { [storage] group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<400 {
                        guard let lock = try? storage.lock("lock") else { continue }
                        let others = census.inside.add(1, ordering: .relaxed).oldValue
                        if others == 0 {
                            census.alone.add(1, ordering: .relaxed)
                        } else {
                            census.together.add(1, ordering: .relaxed)
                        }
                        // Long enough for another one to get in, were the file it opened still worth a lock.
                        usleep(100)
                        census.inside.subtract(1, ordering: .relaxed)
                        try? storage.remove("lock")
                        lock.release()
                    }
                }
            }
        }
        #expect(census.together.load(ordering: .relaxed) == 0)
        #expect(census.alone.load(ordering: .relaxed) > 0)
    }
}
