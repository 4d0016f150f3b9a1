package import IndexStorage
package import NearDuplicates
internal import ShardFormat

/// Why clusters can't be found.
package enum ClusterError: Error, Sendable {
    /// The index can't be read.
    case index(IndexError)
    /// A working file is not what was written: it must be made again.
    case workingFile(path: String, expected: String, found: String)
    /// There are more of something than can be numbered.
    case tooLarge(what: String, limit: Int, found: Int)
    /// Whoever is told of pairs has failed.
    case report(any Error)
    /// Reading or writing a working file failed.
    case storage(StorageError)
}

extension ClusterError: CustomStringConvertible {
    /// What was expected, what was found, and where.
    package var description: String {
        switch self {
        case .index(let error): error.description
        case .workingFile(let path, let expected, let found):
            "\(path): expected \(expected), found \(found); remove it, and start again"
        case .tooLarge(let what, let limit, let found): "\(what): expected at most \(limit), found \(found)"
        case .report(let error): "\(error)"
        case .storage(let error): error.description
        }
    }
}

extension ClusterError {
    /// Runs a step on the index.
    static func reading<Result>(_ body: () throws(ShardError) -> Result) throws(ClusterError) -> Result {
        do throws(ShardError) { return try body() } catch { throw .index(IndexError(error)) }
    }

    /// Runs a step on working files.
    package static func storing<Result>(_ body: () throws(StorageError) -> Result) throws(ClusterError) -> Result {
        do throws(StorageError) { return try body() } catch { throw .storage(error) }
    }
}
