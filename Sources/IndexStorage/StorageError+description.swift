#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension StorageError: CustomStringConvertible {
    /// One line: what was attempted, where, why it failed, what to do next.
    package var description: String {
        "could not \(operation.phrase) \(path): \(reason); \(advice)"
    }

    private var reason: String {
        switch code {
        case .locked(let holder?): "process \(holder) holds the lock"
        case .locked(nil): "another process holds the lock"
        case .tooLarge(let limit, let size): "it holds \(size) bytes or more, at most \(limit) are accepted"
        case .invalidName where errno == nil: "the name must be one path component of 1 to 255 bytes"
        default: systemMessage ?? fallbackReason
        }
    }

    /// For an error without a number: one the storage found itself.
    private var fallbackReason: String {
        switch code {
        case .notFound: "no such file or directory"
        case .alreadyExists: "the name is taken"
        case .notADirectory: "not a directory"
        case .permissionDenied: "permission denied"
        case .readOnly: "read-only file system"
        case .outOfSpace: "no space left"
        case .isADirectory: "it is a directory"
        case .notRegular: "it is not a regular file"
        case .locked, .tooLarge, .invalidName, .ioError: "input or output failed"
        }
    }

    private var advice: String {
        switch code {
        case .notFound: "check the path"
        case .alreadyExists: "remove it, or choose another name"
        case .notADirectory: "choose another directory"
        case .permissionDenied: "check who owns it and its permissions"
        case .readOnly: "choose a directory on a writable file system"
        case .outOfSpace: "free some space or choose another disk, then run the command again"
        case .locked: "wait until it is done, or stop it, then run the command again"
        case .tooLarge: "it is damaged, or not a file of this kind"
        case .isADirectory, .notRegular: "move it out of the way"
        case .invalidName: "choose another name"
        case .ioError: ioAdvice
        }
    }

    private var ioAdvice: String {
        switch errno {
        case EMFILE?, ENFILE?: "allow more open files (ulimit -n)"
        case ENOMEM?: "free memory, or allow more mappings (sysctl vm.max_map_count)"
        default: "check the disk and the system's log"
        }
    }
}
