/// One flat directory of files: everything the index does to a disk goes through here.
///
/// The index needs few promises, and these are all of them:
///
/// - A file is written once, from its start to its end, and never changed after that.
/// - Its bytes survive a power cut once ``StorageFile/synchronize()`` has returned; its *name* survives once
///   ``synchronize()`` of the directory has returned as well.
/// - ``rename(_:to:)`` puts a complete file in another's place in one step: a reader sees the old or the new one.
///
/// A name is one path component: not empty, not `.` or `..`, without `/` and NUL, at most 255 bytes. Any other is
/// refused with ``StorageError/Code-swift.enum/invalidName`` before the disk is asked.
///
/// Conformers may be used from any number of threads at once.
package protocol IndexDirectory: Sendable {
    /// Where the files lie, for messages.
    var path: String { get }

    /// Creates the directory, and the ones above it, where they are missing, so that they survive a power cut.
    ///
    /// - Throws: ``StorageError`` of code `notADirectory` where a file is in the way, `permissionDenied`, `readOnly`
    ///   and `outOfSpace` as the system says.
    func prepare() throws(StorageError)

    /// The names of the regular files, sorted; names that are not UTF-8 cannot be ours and are left out.
    ///
    /// - Throws: ``StorageError`` of code `notFound` where the directory is missing.
    /// - Complexity: O(*n* log *n*) for *n* files.
    func list() throws(StorageError) -> [String]

    /// Maps a whole file for reading.
    ///
    /// Only a file that nobody writes any more may be mapped: one that shrinks under its mapping kills the process.
    ///
    /// - Throws: ``StorageError`` of code `notFound`, `isADirectory`, `notRegular`.
    /// - Complexity: O(1) on a disk, O(*n*) in memory, where the bytes are copied.
    func map(_ name: String) throws(StorageError) -> MappedFile

    /// The content of a small file.
    ///
    /// - Parameters:
    ///   - name: the file.
    ///   - limit: the most bytes accepted; nothing beyond it is allocated, whatever the file claims to hold.
    /// - Returns: all its bytes.
    /// - Throws: ``StorageError`` of code `tooLarge` for a file over the limit; `notFound`, `isADirectory`, `notRegular`.
    func read(_ name: String, limit: Int) throws(StorageError) -> [UInt8]

    /// Creates a file for writing.
    ///
    /// - Throws: ``StorageError`` of code `alreadyExists` if the name is taken, by whatever; `notFound` where the
    ///   directory is missing.
    func create(_ name: String) throws(StorageError) -> sending any StorageFile

    /// Makes room for bytes to work on: a file that loses its name at once, so that it is gone with the process.
    ///
    /// - Parameters:
    ///   - name: the name it has for a moment; one that is left over from a process that was stopped then may be removed.
    ///   - count: how many bytes.
    /// - Returns: the bytes, all zero.
    /// - Throws: ``StorageError`` of code `outOfSpace` where the disk has no room for all of it; what ``create(_:)`` throws.
    func scratch(_ name: String, count: Int) throws(StorageError) -> ScratchMapping

    /// Gives a file another name in one step, replacing the file of that name if there is one.
    ///
    /// The change is visible at once and survives a power cut only after ``synchronize()``; ``replace(_:with:)`` does both.
    ///
    /// - Throws: ``StorageError`` of code `notFound`, with the path of `temporary`; `isADirectory`.
    func rename(_ temporary: String, to name: String) throws(StorageError)

    /// Removes a file.
    ///
    /// Mappings of it stay valid.
    ///
    /// - Throws: ``StorageError`` of code `notFound`, `isADirectory`.
    func remove(_ name: String) throws(StorageError)

    /// Makes every creation, renaming and removal so far survive a power cut.
    ///
    /// - Throws: ``StorageError``; what was done since the last success may then be kept or lost.
    func synchronize() throws(StorageError)

    /// Becomes the one holder of a lock, without waiting.
    ///
    /// The lock file keeps its name after the release, empty: removing it would let two holders in.
    ///
    /// - Throws: ``StorageError`` of code `locked`, with the process that holds it where that is known.
    func lock(_ name: String) throws(StorageError) -> any StorageLock
}

extension IndexDirectory {
    /// Puts a complete, synchronised file in another's place and makes that survive a power cut.
    ///
    /// - Throws: ``StorageError``. If its operation is `synchronizeDirectory`, the new file is in place but may be the
    ///   old one again after a power cut; otherwise nothing has changed.
    package func replace(_ name: String, with temporary: String) throws(StorageError) {
        try rename(temporary, to: name)
        try synchronize()
    }
}
