import Synchronization
import Testing

@testable import CrawlPipelines

struct OrderedPipelineTests {
    private struct Stop: Error {}

    @Test("results come in the order of reading, each once, whatever the threads", arguments: [1, 2, 5, 16])
    func order(_ threads: Int) throws {
        var written: [Int] = []
        try run(count: 300, threads: threads) { (job) throws(Stop) in written.append(job.result) }
        #expect(written == (0..<300).map { $0 * $0 })
    }

    @Test("nothing to read is nothing to write")
    func nothing() throws {
        try run(count: 0, threads: 3) { (_) throws(Stop) in Issue.record("written") }
    }

    @Test("when writing fails nothing more is written, and all threads end", arguments: [1, 4])
    func writingFails(_ threads: Int) {
        var written = 0
        #expect(throws: Stop.self) {
            try run(count: 10_000, threads: threads) { (_) throws(Stop) in
                written += 1
                if written == 20 { throw Stop() }
            }
        }
        #expect(written == 20)
    }

    @Test("when a worker cannot be made the run ends with its error", arguments: 0..<4)
    func makingFails(_ made: Int) {
        var count = 0
        #expect(throws: Stop.self) {
            try OrderedPipeline.run(
                threads: 4,
                jobs: 10,
                read: { (_: CountingJob) in true },
                makeWorker: { () throws(Stop) -> SquaringWorker in
                    if count == made { throw Stop() }
                    count += 1
                    return SquaringWorker()
                },
                write: { (_) throws(Stop) in }
            )
        }
    }

    @Test("no more jobs are made than asked for")
    func bounded() throws {
        var jobs = Set<ObjectIdentifier>()
        try run(count: 500, threads: 3) { (job) throws(Stop) in jobs.insert(ObjectIdentifier(job)) }
        #expect(jobs.count <= 7)
    }

    @Test("a large job goes round alone, and gives back its memory", arguments: [1, 4])
    func large(_ threads: Int) throws {
        var written: [Int] = []
        var shrinks = 0
        let isLarge = { @Sendable (number: Int) in number % 9 == 4 || number % 50 < 3 }
        try run(count: 400, threads: threads, isLarge: isLarge) { (job) throws(Stop) in
            written.append(job.number)
            shrinks = max(shrinks, job.shrinks)
            #expect(!job.isLarge || job.companions == 1, "\(job.companions) jobs under way beside \(job.number)")
        }
        #expect(written == Array(0..<400) && shrinks > 0)
    }

    private func run(
        count: Int,
        threads: Int,
        isLarge: @escaping @Sendable (Int) -> Bool = { _ in false },
        write: (CountingJob) throws(Stop) -> Void
    ) throws(Stop) {
        let next = Mutex(0)
        let underWay = UnderWay()
        try OrderedPipeline.run(
            threads: threads,
            jobs: threads + 4,
            read: { (job: CountingJob) in
                next.withLock {
                    guard $0 < count else { return false }
                    job.number = $0
                    job.isLarge = isLarge($0)
                    $0 += 1
                    if !job.isLarge { underWay.count.add(1, ordering: .relaxed) }
                    return true
                }
            },
            makeWorker: { () throws(Stop) in SquaringWorker(underWay) },
            write: { (job) throws(Stop) in
                underWay.count.subtract(1, ordering: .relaxed)
                try write(job)
            }
        )
    }
}

private final class CountingJob: PipelineJob, @unchecked Sendable {
    var isLarge = false

    func shrink() { shrinks += 1 }

    var shrinks = 0
    /// Jobs under way, this one included, while it was worked on.
    var companions = 0
    // One thread has it at any time.
    var number = 0
    var result = 0
}

/// Jobs read and not written yet; a large one counts from when it is worked on, since it waits for the others first.
private final class UnderWay: Sendable {
    let count = Atomic(0)
}

/// Takes longer for some than for others.
private final class SquaringWorker: PipelineWorker {
    private let underWay: UnderWay

    init(_ underWay: UnderWay = UnderWay()) { self.underWay = underWay }

    func work(on job: CountingJob) {
        if job.isLarge { job.companions = underWay.count.add(1, ordering: .relaxed).newValue }
        var value = 0
        for _ in 0..<(job.number % 7 * 300) { value &+= 1 }
        job.result = job.number * job.number + value - value
    }
}
