import Synchronization

/// A storage that notes every call, and fails one of them on demand.
///
/// A test runs once without a failure, and then once for each entry of ``calls`` with that call failing: so it has met
/// every moment at which a disk can give up.
///
/// Releasing a lock and dropping a file cannot fail and are not noted. ``IndexDirectory/replace(_:with:)`` is two calls,
/// a rename and the synchronisation of the directory.
package final class FailingStorage: IndexDirectory {
    package var path: String { storage.path }

    private let storage: any IndexDirectory
    private let failure: InjectedFailure?
    private let log = Mutex<[StorageCall]>([])

    /// Wraps a storage; without a failure it only notes.
    package init(_ storage: any IndexDirectory, failure: InjectedFailure? = nil) {
        self.storage = storage
        self.failure = failure
    }

    /// Every call so far, those that failed too, in order.
    package var calls: [StorageCall] { log.withLock { $0 } }

    package func prepare() throws(StorageError) {
        try attempt(.prepare) { () throws(StorageError) in try storage.prepare() }
    }

    package func list() throws(StorageError) -> [String] {
        try attempt(.list) { () throws(StorageError) in try storage.list() }
    }

    package func map(_ name: String) throws(StorageError) -> MappedFile {
        try attempt(.map, name) { () throws(StorageError) in try storage.map(name) }
    }

    package func read(_ name: String, limit: Int) throws(StorageError) -> [UInt8] {
        try attempt(.read, name) { () throws(StorageError) in try storage.read(name, limit: limit) }
    }

    package func create(_ name: String) throws(StorageError) -> sending any StorageFile {
        // Not through `attempt`: the new file must stay free of any region but the caller's.
        let pending = note(.create, name)
        if let pending, pending.effect != .complete { throw pending.error }
        let file = try storage.create(name)
        if let pending { throw pending.error }
        return FailingFile(file, storage: self)
    }

    package func scratch(_ name: String, count: Int) throws(StorageError) -> ScratchMapping {
        try attempt(.create, name) { () throws(StorageError) in try storage.scratch(name, count: count) }
    }

    package func rename(_ temporary: String, to name: String) throws(StorageError) {
        try attempt(.rename, name) { () throws(StorageError) in try storage.rename(temporary, to: name) }
    }

    package func remove(_ name: String) throws(StorageError) {
        try attempt(.remove, name) { () throws(StorageError) in try storage.remove(name) }
    }

    package func synchronize() throws(StorageError) {
        try attempt(.synchronizeDirectory) { () throws(StorageError) in try storage.synchronize() }
    }

    package func lock(_ name: String) throws(StorageError) -> any StorageLock {
        try attempt(.lock, name) { () throws(StorageError) in try storage.lock(name) }
    }

    /// A failure about to happen: what the call does all the same, and the error it throws then.
    struct Pending {
        let effect: InjectedFailure.Effect
        let error: StorageError
    }

    /// Notes a call and carries it out, unless it is to fail.
    private func attempt<Result>(
        _ operation: StorageOperation,
        _ name: String = "",
        _ call: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        guard let pending = note(operation, name) else { return try call() }
        if pending.effect == .complete { _ = try call() }
        throw pending.error
    }

    /// Notes a call; `nil` if it is to succeed.
    func note(
        _ operation: StorageOperation,
        _ name: String = "",
        bytes: Int = 0
    ) -> Pending? {
        let index = log.withLock { log in
            log.append(StorageCall(operation: operation, name: name, bytes: bytes))
            return log.count - 1
        }
        guard let failure, let effect = failure.effect(onCall: index) else { return nil }
        let path = name.isEmpty ? path : StorageName.joined(path, name)
        return Pending(effect: effect, error: StorageError(errno: failure.errno, operation: operation, path: path))
    }
}
