import IndexStorage

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A directory that vanishes with the test.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/neardup-storage-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw StorageError(errno: errno, operation: .prepare, path: "/tmp")
        }
        path = unsafe template.withUnsafeBufferPointer { unsafe String(cString: $0.baseAddress!) }
    }

    deinit {
        _ = try? run("rm -rf '\(path)'")
    }
}

/// Runs a shell command and gives its exit status.
@discardableResult
func run(_ command: String) throws -> Int32 {
    let status = unsafe system(command)
    guard status != -1 else { throw StorageError(errno: errno, operation: .prepare, path: command) }
    return (status >> 8) & 0xff
}

let ownProcess = getpid()

/// Whether the system has a file, for tests that need what only some systems have.
func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
