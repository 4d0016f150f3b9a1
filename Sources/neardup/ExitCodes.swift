import ArgumentParser
import CrawlPipelines
import MatchEvaluation
import NearDupHTTP
import NearDuplicates

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

extension ExitCode {
    /// Duplicates were found, and the user asked to be told so.
    static let duplicatesFound = ExitCode(1)
    /// Done, but whole inputs could not be read.
    static let inputsFailed = ExitCode(2)
    /// A damaged or incompatible index.
    static let damagedIndex = ExitCode(65)
    /// Lists of pairs or matches that are not what they should be, as sysexits has it.
    static let damagedInput = ExitCode(65)
    /// Reading or writing failed.
    static let inputOutput = ExitCode(74)
    /// Another process is writing to the index.
    static let locked = ExitCode(75)
    /// A usage error, as BSD's sysexits has it.
    static let usage = ExitCode(64)

    /// The code for an error of the index.
    init(_ error: IndexError) {
        self =
            switch error {
            case .invalidSetting: .usage
            case .notAnIndex, .directoryInUse, .manifestMissing, .otherParameters, .sourceParameters, .damaged,
                .unreadLog:
                .damagedIndex
            case .locked: .locked
            // As sysexits has it: the data given were not as they should be.
            case .sameID: .damagedIndex
            case .storage, .closed: .inputOutput
            }
    }

    init(_ error: PipelineError) {
        self =
            switch error {
            case .index(let error): ExitCode(error)
            case .options: .usage
            case .malformed, .unreadable: .inputsFailed
            case .output, .changed: .inputOutput
            case .outputInUse: .usage
            }
    }
}

extension ExitCode {
    /// The code for an error of ours; nil for any other.
    fileprivate init?(of error: any Error) {
        switch error {
        case let error as PipelineError: self.init(error)
        case let error as IndexError: self.init(error)
        case let error as RemoteError: self.init(error)
        case let error as ServingError: self.init(error)
        case is SettingError: self = .usage
        case is EvaluationError: self = .damagedInput
        case is PairInputError: self = .inputsFailed
        default: return nil
        }
    }
}

/// Runs a command's work: an error becomes a line on standard error and an exit code.
///
/// The one place where errors do.
func exiting<Result>(_ body: () throws -> Result) throws -> Result {
    // A file over a limit on sizes (ulimit -f) is an error of that write, like a full disk; not the end of the process.
    _ = signal(SIGXFSZ, SIG_IGN)
    do {
        return try body()
    } catch {
        guard let code = ExitCode(of: error) else { throw error }
        Console.error("neardup: \(Console.printable("\(error)"))")
        throw code
    }
}
