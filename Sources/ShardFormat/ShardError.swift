/// The files an index directory is made of.
public enum IndexFileKind: String, Hashable, Sendable {
    /// An immutable part of the index.
    case shard
    /// The list of the shards that count.
    case manifest
    /// The documents of one shard that were replaced or removed.
    case tombstones = "tombstone file"
    /// What of each input is in the index.
    case inputs = "list of inputs"
    /// Documents added and removed since the last shard was written.
    case log
    /// Another file of the whole index, which the manifest names by kind.
    case attachment
}

/// Why a file of the index can't be read, or a shard not be built.
///
/// Every description names the file, what was expected, what was found, and what can be done.
public enum ShardError: Error, Hashable, Sendable {
    /// The file begins, or ends, like nothing of this kind.
    case unrecognised(path: String, kind: IndexFileKind, found: String)
    /// The file was made by a newer version of the format than this program reads.
    case versionTooNew(path: String, kind: IndexFileKind, expected: UInt32, found: UInt32)
    /// The file was made by a version of the format that this program no longer reads.
    case versionTooOld(path: String, kind: IndexFileKind, expected: UInt32, found: UInt32)
    /// The shard was made with other parameters: its hashes mean something else.
    case parameterMismatch(path: String, [ParameterMismatch])
    /// The file is shorter or longer than it says, in bytes.
    case truncated(path: String, kind: IndexFileKind, expected: UInt64, found: UInt64)
    /// A checksum is wrong, or content is what no writer leaves; `offset` is in bytes from the start of the file.
    case corrupt(path: String, section: String, offset: UInt64, expected: String, found: String)
    /// A part of the file that must be understood isn't.
    case unknownSection(path: String, identifier: UInt32)
    /// The index has a part that must be understood to read it, or to write to it, and isn't.
    case unknownAttachment(path: String, kind: String)
    /// A value or a number of things that the format has no room for.
    case overLimit(what: String, limit: UInt64, found: UInt64)
    /// A document number that the shard doesn't have.
    case noSuchDocument(path: String, document: UInt32, count: Int)
    /// The file could not be opened or mapped.
    case storage(path: String, message: String)
}

extension ShardError: CustomStringConvertible {
    /// The file, what was expected, what was found, and what to do.
    public var description: String {
        switch self {
        case .unrecognised(let path, let kind, let found):
            "\(path): expected a neardup \(kind.rawValue), found \(found); is this an index directory?"
        case .versionTooNew(let path, let kind, let expected, let found):
            "\(path): the \(kind.rawValue) has format version \(found), this program reads \(expected): "
                + "use a newer neardup, or index again"
        case .versionTooOld(let path, let kind, let expected, let found):
            "\(path): the \(kind.rawValue) has format version \(found), this program reads \(expected): "
                + "index again, or use an older neardup"
        case .parameterMismatch(let path, let mismatches):
            "\(path): the index was made with other parameters: "
                + mismatches.map(\.description).joined(separator: "; ")
                + "; use the index's own, or index again"
        case .truncated(let path, let kind, let expected, let found):
            "\(path): the \(kind.rawValue) should have \(expected) bytes, but has \(found): "
                + "it was cut off or not copied whole; copy it again, or index again"
        case .corrupt(let path, let section, let offset, let expected, let found):
            "\(path): damaged at byte \(offset) (\(section)): expected \(expected), found \(found); "
                + "restore the file from a copy, or index again"
        case .unknownSection(let path, let identifier):
            "\(path): section 0x\(String(identifier, radix: 16)) is required, but this program doesn't know it: "
                + "use a newer neardup, or index again"
        case .unknownAttachment(let path, let kind):
            "\(path): the index has a part of kind \"\(kind)\", which this program doesn't know and must not pass over: "
                + "use a newer neardup"
        case .overLimit(let what, let limit, let found):
            "\(what): at most \(limit) fit the format, found \(found)"
        case .noSuchDocument(let path, let document, let count):
            "\(path): expected a document below \(count), found \(document)"
        case .storage(_, let message):
            message
        }
    }
}

extension ShardError {
    /// The file it is about, where it is about one.
    public var path: String? {
        switch self {
        case .unrecognised(let path, _, _), .versionTooNew(let path, _, _, _), .versionTooOld(let path, _, _, _),
            .parameterMismatch(let path, _), .truncated(let path, _, _, _), .corrupt(let path, _, _, _, _),
            .unknownSection(let path, _), .unknownAttachment(let path, _), .noSuchDocument(let path, _, _),
            .storage(let path, _):
            path
        case .overLimit:
            nil
        }
    }
}
