/// A new file being written, from its start to its end.
///
/// One thread at a time: the type is not `Sendable`, but comes `sending` out of ``IndexDirectory/create(_:)``, so that
/// it may be moved into a `Mutex` or to another thread.
///
/// After a failed append or synchronisation the file is spoilt, and everything throws that same error from then on: the kernel
/// may have dropped the pages it could not write, and a second `fsync` would then report success for nothing.
///
/// Dropping the last reference closes the file and discards what was still in its buffer.
package protocol StorageFile: AnyObject {
    /// The name it was created under.
    var name: String { get }

    /// The bytes appended so far, those in the buffer too.
    var size: UInt64 { get }

    /// Adds bytes at the end.
    ///
    /// They may stay in a buffer, where no reader sees them, until the file is synchronised or closed.
    ///
    /// - Throws: ``StorageError`` of code `outOfSpace` and others; a part of the bytes may have been written.
    func append(_ bytes: RawSpan) throws(StorageError)

    /// Hands every byte so far to the system, so that readers see them and they survive the end of this process.
    ///
    /// They do not survive a power cut.
    ///
    /// - Throws: ``StorageError``, as ``append(_:)-(RawSpan)`` does.
    func flush() throws(StorageError)

    /// Makes every byte so far survive a power cut.
    ///
    /// The file's name does only after the directory is synchronised.
    ///
    /// - Throws: ``StorageError``; any part of what was appended since the last success may be lost.
    func synchronize() throws(StorageError)

    /// Writes out the buffer and closes; without ``synchronize()`` before, a power cut may still take the bytes.
    ///
    /// Closing again does nothing.
    ///
    /// - Throws: ``StorageError``. The file is closed all the same.
    func close() throws(StorageError)
}

extension StorageFile {
    /// Adds bytes at the end, as ``append(_:)-(RawSpan)`` does.
    package func append(_ bytes: [UInt8]) throws(StorageError) {
        // Unsafe only because an element might have padding; bytes have none.
        try unsafe append(bytes.span.bytes)
    }

    /// Adds bytes at the end, as ``append(_:)-(RawSpan)`` does.
    ///
    /// The memory must stay valid until the call returns.
    @unsafe
    package func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
        try unsafe append(bytes.bytes)
    }
}

/// A lock held until it is released, dropped, or its process dies.
package protocol StorageLock: AnyObject, Sendable {
    /// Lets the next one in.
    ///
    /// Releasing again does nothing.
    func release()
}
