package import IndexStorage
public import ShardFormat

/// Why an index can't be made, opened, added to or searched.
public enum IndexError: Error, Hashable, Sendable {
    /// The directory holds no index.
    case notAnIndex(path: String)
    /// A new index would be made among other files, of which one is named.
    case directoryInUse(path: String, file: String)
    /// The directory holds files of an index, but not the manifest that says which of them count.
    case manifestMissing(path: String, file: String)
    /// A setting is out of range.
    case invalidSetting(name: String, expected: String, found: String)
    /// The index was made with other parameters than those asked for, or by another version of the hashes.
    case otherParameters(path: String, [ParameterMismatch])
    /// What is to be merged into the index was made with other parameters.
    case sourceParameters(path: String, [ParameterMismatch])
    /// A file of the index is damaged, or of another version.
    case damaged(ShardError)
    /// Another process is writing to the index; `holder` is its process id, where known.
    case locked(path: String, holder: Int32?)
    /// A document's id is in the index already, and the policy is to fail.
    case sameID(String)
    /// Documents were added live and are in a log, not in a shard: only a live index may go on with them.
    case unreadLog(path: String, file: String)
    /// The live index was closed.
    case closed(path: String)
    /// Reading or writing failed.
    case storage(path: String, message: String)
}

extension IndexError: CustomStringConvertible {
    /// What was expected, what was found, where, and what to do.
    public var description: String {
        switch self {
        case .notAnIndex(let path):
            "\(path): expected an index directory, found none; make one with `neardup index --index \(path) INPUT…`"
        case .directoryInUse(let path, let file):
            "\(path): expected an index, or an empty directory for a new one, found other files (\(file)); "
                + "name a directory of its own"
        case .manifestMissing(let path, let file):
            "\(path): expected a file `manifest` beside \(file), found none; restore it from a copy, "
                + "or remove the directory and index again"
        case .invalidSetting(let name, let expected, let found):
            "\(name): expected \(expected), got \(found)"
        case .otherParameters(let path, let mismatches):
            "\(path): the index has other parameters: " + mismatches.map(\.description).joined(separator: "; ")
                + (mismatches.contains(where: \.isOfVersion)
                    ? "; another version of neardup made it: use that one, or index the documents again into a new directory"
                    : "; leave these options out to use the index's own, or make a new index")
        case .sourceParameters(let path, let mismatches):
            "\(path): made with other parameters than the index it is to be merged into: "
                + mismatches.map(\.description).joined(separator: "; ")
                + "; index its documents again with those of the index"
        case .damaged(let error):
            error.description
        case .locked(let path, let holder):
            "\(path): another process" + (holder.map { " (\($0))" } ?? "")
                + " is writing to this index; wait for it to end, or stop it"
        case .sameID(let id):
            "the id \"\(id)\" is in the index already; use --on-same-id replace or skip to go on"
        case .unreadLog(let path, let file):
            "\(path): the documents in \(file) are in no shard yet: whoever added them was stopped, or has the index open; "
                + "open it with LiveIndex once, or run `neardup compact --index \(path)`"
        case .closed(let path):
            "\(path): the live index was closed; open it again"
        case .storage(_, let message):
            message
        }
    }
}

extension IndexError {
    /// The same error in this module's terms.
    package init(_ error: StorageError) {
        if case .locked(let holder) = error.code {
            self = .locked(path: error.path, holder: holder)
        } else {
            self = .storage(path: error.path, message: error.description)
        }
    }

    /// The same error in this module's terms, whichever of the modules below it comes from.
    package init(any error: any Error, path: String) {
        switch error {
        case let error as IndexError: self = error
        case let error as ShardError: self.init(error)
        case let error as StorageError:
            // The lock is a file, but what is locked is the index.
            if case .locked(let holder) = error.code {
                self = .locked(path: path, holder: holder)
            } else {
                self.init(error)
            }
        default: self = .storage(path: path, message: "\(error)")
        }
    }

    /// The same error in this module's terms.
    package init(_ error: ShardError) {
        if case .storage(let path, let message) = error {
            self = .storage(path: path, message: message)
        } else {
            self = .damaged(error)
        }
    }
}
