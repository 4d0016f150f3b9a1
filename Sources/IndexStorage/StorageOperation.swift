/// What was asked of a storage; an error and a call log both name it.
package enum StorageOperation: String, Hashable, Sendable, CaseIterable {
    case prepare
    case list
    case map
    case read
    case create
    case append
    case synchronize
    case close
    case rename
    case remove
    case synchronizeDirectory
    case lock

    /// Completes "could not …" and is followed by a path.
    var phrase: String {
        switch self {
        case .prepare: "create the directory"
        case .list: "list the directory"
        case .map: "map"
        case .read: "read"
        case .create: "create"
        case .append: "write to"
        case .synchronize: "flush to disk"
        case .close: "close"
        case .rename: "rename"
        case .remove: "remove"
        case .synchronizeDirectory: "flush to disk the directory"
        case .lock: "lock"
        }
    }
}
