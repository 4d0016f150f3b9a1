internal import CrawlGeneration
package import CrawlPipelines
internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Times the way from an index that lies on the disk alone to the first answer.
package enum ColdStartMeasurement {
    /// Opens the index and checks one unseen document, a few times, its files dropped from the page cache before each.
    ///
    /// Nothing else may have the index open.
    ///
    /// - Parameters:
    ///   - path: the index.
    ///   - texts: a document for each run.
    /// - Returns: what was measured; nil where the system has no way to drop a file from its cache.
    /// - Throws: ``PipelineError``.
    package static func run(_ path: String, texts: [String]) throws(PipelineError) -> ColdStart? {
        var runs: [(open: Double, check: Double, faults: Int)] = []
        for text in texts {
            guard dropFromCache(path) else { return nil }
            runs.append(try start(path, text))
        }
        let order = runs.sorted { $0.open + $0.check < $1.open + $1.check }
        return ColdStart(
            open: Spread(runs.map(\.open)),
            firstCheck: Spread(runs.map(\.check)),
            majorFaults: order.isEmpty ? 0 : order[(order.count - 1) / 2].faults
        )
    }

    private static func start(
        _ path: String,
        _ text: String
    ) throws(PipelineError) -> (open: Double, check: Double, faults: Int) {
        do throws(IndexError) {
            let faults = majorFaults()
            let opening = Stopwatch()
            let snapshot = try IndexSnapshot(path: path)
            let open = 1e3 * opening.seconds
            let checking = Stopwatch()
            var searcher = try Searcher(snapshot)
            _ = try searcher.check(text)
            return (open, 1e3 * checking.seconds, majorFaults() - faults)
        } catch {
            throw .index(error)
        }
    }

    #if canImport(Glibc)
    private static let thisProcess = Int32(RUSAGE_SELF.rawValue)
    #else
    private static let thisProcess = Int32(RUSAGE_SELF)
    #endif

    private static func majorFaults() -> Int {
        var usage = rusage()
        // `getrusage` fills the structure and keeps no pointer.
        unsafe _ = getrusage(Self.thisProcess, &usage)
        return Int(usage.ru_majflt)
    }

    /// Asks the system to forget what it has of the files; true where it can be asked.
    private static func dropFromCache(_ path: String) -> Bool {
        #if canImport(Darwin)
        return false
        #else
        guard let names = try? DirectoryStorage(path: path).list() else { return false }
        for name in names {
            // The path is a C string for the length of the call.
            let descriptor = unsafe open(path + "/" + name, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            // What was not written yet would stay.
            fsync(descriptor)
            guard posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0 else { return false }
        }
        return true
        #endif
    }
}
