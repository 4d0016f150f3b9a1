internal import IndexStorage
package import ShardFormat
internal import Synchronization

/// What an index learned to be boilerplate: read at once, and decoded when it is first asked for.
final class LearnedBoilerplate: Sendable {
    private let path: String
    private let state: Mutex<State>

    private enum State {
        case content([UInt8])
        case set(BoilerplateSet)
    }

    /// Reads the attachment that a manifest names; nil where it names none.
    init?(_ storage: any IndexDirectory, _ manifest: Manifest) throws(IndexError) {
        guard let entry = manifest.attachments.first(where: { $0.kind == BoilerplateList.attachmentKind }) else {
            return nil
        }
        path = storage.path + "/" + entry.name
        state = Mutex(.content(try IndexSnapshot.read(entry, of: storage)))
    }

    /// The fingerprints.
    ///
    /// - Throws: ``IndexError/damaged(_:)``.
    func set() throws(IndexError) -> BoilerplateSet {
        do {
            return try state.withLock { (state) throws(ShardError) in
                switch state {
                case .set(let set): return set
                case .content(let content):
                    let set = BoilerplateSet(try BoilerplateList(decoding: content, path: path))
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
    }
}
