#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension StorageError {
    /// The error for a system call's error number.
    package init(errno: Int32, operation: StorageOperation, path: String) {
        self.init(code: Code(errno: errno), operation: operation, path: path, errno: errno)
    }

    /// The system's words for ``errno``, or `nil` without one.
    var systemMessage: String? {
        // strerror hands out a constant for every number the system knows; only an unknown number is written to a buffer,
        // which glibc, musl and Darwin keep per thread. It is copied before anyone could call again.
        errno.map { unsafe String(cString: strerror($0)) }
    }
}

extension StorageError.Code {
    /// The code for a system call's error number.
    init(errno: Int32) {
        switch errno {
        case ENOENT: self = .notFound
        case EEXIST: self = .alreadyExists
        case ENOTDIR: self = .notADirectory
        case EACCES, EPERM: self = .permissionDenied
        case EROFS: self = .readOnly
        case ENOSPC, EDQUOT: self = .outOfSpace
        case EISDIR: self = .isADirectory
        // Opening a socket, or a device without a driver.
        case ENXIO: self = .notRegular
        case ENAMETOOLONG: self = .invalidName
        default: self = .ioError
        }
    }
}
