import Synchronization

/// A lock of a ``MemoryStorage``, on the file and not on its name, as `flock(2)` has it.
final class MemoryLock: StorageLock {
    /// The file held, or `nil` once it is released.
    private let number: Mutex<MemoryDisk.FileNumber?>
    private let storage: MemoryStorage

    init(_ number: MemoryDisk.FileNumber, storage: MemoryStorage) {
        self.number = Mutex(number)
        self.storage = storage
    }

    deinit {
        release()
    }

    func release() {
        guard let held = number.withLock({ $0.take() }) else { return }
        storage.disk.withLock { disk in
            disk.files[held]?.written = []
            disk.locked.remove(held)
        }
    }
}
