import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A lock file under `flock(2)`, which excludes other processes and other holders in this one alike, and which the system
/// lets go of when the process ends, however it ends.
final class DirectoryLock: StorageLock {
    private let descriptor: Mutex<Descriptor?>

    /// Takes the lock or says who has it; never waits.
    ///
    /// - Throws: ``StorageError`` of code `locked`.
    init(path: String) throws(StorageError) {
        while true {
            let candidate = try Descriptor(opening: path, O_RDWR | O_CREAT | O_NONBLOCK, for: .lock)
            _ = try candidate.regularFileSize(for: .lock, path: path)
            try Self.acquire(candidate, path: path)
            // Whoever removed the file since it was opened made this a lock on nothing: another process would create
            // and lock a new one.
            guard try Self.isStill(candidate, at: path) else { continue }
            Self.writeProcess(to: candidate)
            descriptor = Mutex(consume candidate)
            return
        }
    }

    deinit {
        release()
    }

    func release() {
        guard let held = descriptor.withLock({ $0.take() }) else { return }
        // Emptied first: no later reader is told of a process that has let go.
        _ = ftruncate(held.raw, 0)
        // Explicitly, and not by closing alone: a child process forked meanwhile may hold a copy of the descriptor.
        _ = flock(held.raw, LOCK_UN)
    }

    private static func acquire(_ descriptor: borrowing Descriptor, path: String) throws(StorageError) {
        let raw = descriptor.raw
        do throws(StorageError) {
            _ = try Descriptor.uninterrupted(.lock, path) { flock(raw, LOCK_EX | LOCK_NB) }
        } catch {
            guard error.errno == EWOULDBLOCK else { throw error }
            throw StorageError(
                code: .locked(holder: readProcess(from: descriptor)),
                operation: .lock,
                path: path,
                errno: error.errno
            )
        }
    }

    private static func isStill(_ descriptor: borrowing Descriptor, at path: String) throws(StorageError) -> Bool {
        let opened = try descriptor.status(for: .lock, path: path)
        var named = stat()
        return unsafe stat(path, &named) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
    }

    /// Leaves this process's number for people to read.
    ///
    /// The lock holds without it, so that a full disk does not keep out the very command that would free space.
    private static func writeProcess(to descriptor: borrowing Descriptor) {
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor.raw, 0)
        _ = unsafe pwrite(descriptor.raw, text, text.count, 0)
    }

    /// The holder's process, unless it has not been written yet.
    private static func readProcess(from descriptor: borrowing Descriptor) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(descriptor.raw, &text, text.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: text[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
