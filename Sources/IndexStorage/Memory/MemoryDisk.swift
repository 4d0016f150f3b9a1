/// The state behind a ``MemoryStorage``: files, and the names they go by, each as programs see it and as a power cut leaves it.
///
/// A file is known by a number that outlives its name, as a file on a disk is: renaming or removing it does not disturb
/// whoever is writing it.
struct MemoryDisk: Sendable {
    typealias FileNumber = Int

    struct File: Sendable {
        /// What readers see.
        var written: [UInt8] = []
        /// How many of these bytes are safe.
        ///
        /// Files only grow, so a count says it all.
        var synchronized = 0
    }

    var isPrepared = false
    var files: [FileNumber: File] = [:]
    var names = Names()
    /// The files that are held as locks.
    var locked: Set<FileNumber> = []
    private var nextNumber = 0

    mutating func create(_ name: String) -> FileNumber {
        defer { nextNumber += 1 }
        files[nextNumber] = File()
        names.set(name, to: nextNumber)
        return nextNumber
    }

    /// Makes the names safe, and frees the files that have none left: nobody can ever read those.
    ///
    /// - Complexity: O(*n*) for *n* files.
    mutating func synchronizeNames() {
        names.synchronize()
        let named = Set(names.visible.values)
        files = files.filter { named.contains($0.key) }
    }
}

extension MemoryDisk {
    /// A directory's entries.
    struct Names: Sendable {
        /// What programs see.
        private(set) var visible: [String: FileNumber] = [:]
        /// What is on the disk for sure.
        private(set) var durable: [String: FileNumber] = [:]
        /// What became of each name since then, in order; `nil` where it was removed.
        private(set) var pending: [String: [FileNumber?]] = [:]

        mutating func set(_ name: String, to number: FileNumber?) {
            visible[name] = number
            pending[name, default: []].append(number)
        }

        mutating func synchronize() {
            durable = visible
            pending = [:]
        }

        /// The entries left if only the first so many pending changes of each name reach the disk.
        func kept(_ changesKept: (_ pending: Int) -> Int) -> [String: FileNumber] {
            var kept = durable
            // Sorted, so that a seed always gives the same answer.
            for (name, changes) in pending.sorted(by: { $0.key < $1.key }) {
                let count = changesKept(changes.count)
                if count > 0 { kept[name] = changes[count - 1] }
            }
            return kept
        }
    }
}
