/// Why a storage did not do what it was asked to.
package struct StorageError: Error, Sendable, Equatable {
    /// What went wrong, for a caller to decide by.
    package enum Code: Sendable, Equatable {
        /// The file, or the directory it should lie in, does not exist.
        case notFound
        /// The name is taken.
        case alreadyExists
        /// A part of the path that should be a directory is something else.
        case notADirectory
        /// The process may not do this.
        case permissionDenied
        /// The file system is mounted read-only.
        case readOnly
        /// The disk, or the user's share of it, is full.
        case outOfSpace
        /// Another one holds the lock; `holder` is its process where the lock file tells.
        case locked(holder: Int32?)
        /// The file holds `size` bytes or more, the caller accepts `limit`.
        case tooLarge(limit: Int, size: UInt64)
        /// A directory bears the name of the file.
        case isADirectory
        /// A pipe, socket or device bears the name of the file.
        case notRegular
        /// The name is not one path component.
        case invalidName
        /// Anything else; ``StorageError/errno`` says what.
        case ioError
    }

    /// What went wrong.
    package let code: Code
    /// What was attempted.
    package let operation: StorageOperation
    /// On which file or directory.
    package let path: String
    /// The system's error number; `nil` where the storage found the fault itself.
    package let errno: Int32?

    /// An error the storage found itself, or one made up by a test.
    package init(code: Code, operation: StorageOperation, path: String, errno: Int32? = nil) {
        self.code = code
        self.operation = operation
        self.path = path
        self.errno = errno
    }
}
