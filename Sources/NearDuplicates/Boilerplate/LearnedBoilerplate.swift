package import IndexStorage
package import ShardFormat
internal import Synchronization

/// What an index learned to be boilerplate: read at once, and decoded when it is first asked for.
package final class LearnedBoilerplate: Sendable {
    private let path: String
    /// Of the attachment.
    private let checksum: UInt32
    private let state: Mutex<State>

    private enum State {
        case content([UInt8], counts: [UInt8]?)
        case set(BoilerplateSet)
    }

    /// Reads the attachment that a manifest names; nil where it names none.
    ///
    /// - Throws: ``IndexError``.
    package init?(_ storage: any IndexDirectory, _ manifest: Manifest) throws(IndexError) {
        guard let entry = manifest.attachments.first(where: { $0.kind == BoilerplateList.attachmentKind }) else {
            return nil
        }
        path = storage.path + "/" + entry.name
        checksum = entry.checksum
        var counts: [UInt8]?
        if let other = manifest.attachments.first(where: { $0.kind == BoilerplateCountList.attachmentKind }) {
            counts = try IndexSnapshot.read(other, of: storage)
        }
        state = Mutex(.content(try IndexSnapshot.read(entry, of: storage), counts: counts))
    }

    /// The fingerprints.
    ///
    /// - Throws: ``IndexError/damaged(_:)``.
    func set() throws(IndexError) -> BoilerplateSet {
        do {
            return try state.withLock { (state) throws(ShardError) in
                switch state {
                case .set(let set): return set
                case .content(let content, let counts):
                    var counted: BoilerplateCountList?
                    if let counts {
                        counted = try BoilerplateCountList(decoding: counts, path: path)
                        // A writer that was stopped left those of what was learned before.
                        if counted?.boilerplate != checksum { counted = nil }
                    }
                    let set = BoilerplateSet(try BoilerplateList(decoding: content, path: path), counted: counted)
                    state = .set(set)
                    return set
                }
            }
        } catch {
            throw IndexError(error)
        }
    }
}

extension IndexWriter {
    /// Keeps in the index what was learned to be boilerplate, in the place of what was before, and commits.
    ///
    /// - Parameter list: what was learned; nil or without fingerprints where the index shall have none.
    /// - Throws: ``IndexError/storage(path:message:)``; what was committed before stays, and the writer is of no more use.
    package func setBoilerplate(_ list: BoilerplateList?) throws(IndexError) {
        let isEmpty = list?.keys.isEmpty ?? true
        try attach(kind: BoilerplateList.attachmentKind, content: isEmpty ? nil : list?.encoded())
        try countBoilerplate(isEmpty ? nil : list?.keys)
    }

    /// Counts anew how much of each document is boilerplate, where anything was learned: for shards that were merged since.
    func countBoilerplate() throws(IndexError) {
        guard let learned = try LearnedBoilerplate(storage, manifest) else { return }
        try countBoilerplate(try learned.set().list.keys)
    }

    private func countBoilerplate(_ keys: [UInt32]?) throws(IndexError) {
        let kind = BoilerplateCountList.attachmentKind
        guard let keys, let entry = manifest.attachments.first(where: { $0.kind == BoilerplateList.attachmentKind })
        else { return try attach(kind: kind, content: nil) }
        var counts = BoilerplateCountList(boilerplate: entry.checksum)
        do {
            for shard in older.map(\.segment.shard) {
                counts.add(try BoilerplateCounts.count(keys, in: shard), footerChecksum: shard.footerChecksum)
            }
        } catch {
            throw IndexError(error)
        }
        try attach(kind: kind, content: counts.encoded())
    }
}
