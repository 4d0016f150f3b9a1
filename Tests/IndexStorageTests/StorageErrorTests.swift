import IndexStorage
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("A storage error")
struct StorageErrorTests {
    @Test("says what was attempted, where, why it failed and what to do")
    func description() {
        #expect(
            StorageError(errno: ENOSPC, operation: .append, path: "/data/index/shard-1").description
                == """
                could not write to /data/index/shard-1: No space left on device; \
                free some space or choose another disk, then run the command again
                """
        )
        #expect(
            StorageError(code: .locked(holder: 4711), operation: .lock, path: "/i/lock", errno: EWOULDBLOCK).description
                == """
                could not lock /i/lock: process 4711 holds the lock; \
                wait until it is done, or stop it, then run the command again
                """
        )
        #expect(
            StorageError(code: .tooLarge(limit: 10, size: 11), operation: .read, path: "/i/m").description
                == """
                could not read /i/m: it holds 11 bytes or more, at most 10 are accepted; \
                it is damaged, or not a file of this kind
                """
        )
        #expect(
            StorageError(errno: EMFILE, operation: .map, path: "/i/s").description
                == "could not map /i/s: Too many open files; allow more open files (ulimit -n)"
        )
    }

    @Test("has words for every code, with and without the system's number")
    func everyCode() {
        let codes: [StorageError.Code] = [
            .notFound, .alreadyExists, .notADirectory, .permissionDenied, .readOnly, .outOfSpace, .locked(holder: nil),
            .tooLarge(limit: 1, size: 2), .isADirectory, .notRegular, .invalidName, .ioError,
        ]
        var texts: Set<String> = []
        for code in codes {
            for operation in StorageOperation.allCases {
                texts.insert(StorageError(code: code, operation: operation, path: "/p").description)
            }
        }
        #expect(texts.count == codes.count * StorageOperation.allCases.count)
        #expect(texts.allSatisfy { $0.hasPrefix("could not ") && $0.contains(" /p: ") && $0.contains("; ") })
    }

    @Test(
        "has a code for what the system reports",
        arguments: [
            (ENOENT, .notFound), (EEXIST, .alreadyExists), (ENOTDIR, .notADirectory), (EACCES, .permissionDenied),
            (EPERM, .permissionDenied), (EROFS, .readOnly), (ENOSPC, .outOfSpace), (EDQUOT, .outOfSpace),
            (EISDIR, .isADirectory), (ENAMETOOLONG, .invalidName), (EIO, .ioError), (EMFILE, .ioError),
        ] as [(Int32, StorageError.Code)]
    )
    func codes(number: Int32, code: StorageError.Code) {
        let error = StorageError(errno: number, operation: .create, path: "/p")
        #expect(error.code == code)
        #expect(error.errno == number)
    }
}
