internal import Dispatch
internal import Synchronization

/// One unit of work on its way through a pipeline, reused when it comes out.
///
/// Exactly one thread has it at any time: the reader fills it, a worker works on it, the writer empties it; queues and
/// semaphores hand it on. That is what makes conforming types, which are mutable, safe to send.
protocol PipelineJob: AnyObject, Sendable {
    init()

    /// Whether the job, once it is filled, takes so much memory that no other may be under way beside it.
    var isLarge: Bool { get }

    /// Gives back the memory that a large job took.
    func shrink()
}

/// Does the pure part of the work; one a thread.
protocol PipelineWorker: AnyObject, SendableMetatype {
    associatedtype Job: PipelineJob

    /// Works on a job. Must depend on the job alone.
    func work(on job: Job)
}

/// Reads on one thread, works on several, and writes in the order of reading on the calling one.
///
/// A fixed number of jobs goes round, which bounds memory whatever the speeds of the three. A large one goes round alone.
enum OrderedPipeline {
    /// How many jobs may go round: enough for all threads to have one, and no more than they can use, or fit into a memory.
    ///
    /// - Parameters:
    ///   - threads: workers.
    ///   - memory: bytes that all jobs may take.
    ///   - bytes: what each takes.
    /// - Returns: at least one more than the threads.
    static func jobs(threads: Int, memory: Int = .max, each bytes: Int = 1) -> Int {
        max(threads + 1, min(2 * threads + 2, memory / bytes))
    }

    /// Runs until the reader has no more, or the writer throws.
    ///
    /// - Parameters:
    ///   - threads: workers.
    ///   - jobs: how many go round.
    ///   - stop: once it is made nothing more is read; what was read is written, and the reader is not waited for.
    ///   - read: fills a job, on a thread of its own; false when there is nothing more.
    ///   - makeWorker: makes the worker of a thread, on that thread's behalf.
    ///   - write: takes a finished job, on the calling thread, in the order of reading.
    /// - Throws: what `makeWorker` or `write` throws first.
    static func run<Worker: PipelineWorker, Failure: Error>(
        threads: Int,
        jobs: Int,
        stop: StopRequest = StopRequest(),
        read: @escaping @Sendable (Worker.Job) -> Bool,
        makeWorker: () throws(Failure) -> sending Worker,
        write: (Worker.Job) throws(Failure) -> Void
    ) throws(Failure) {
        let isStopped = StopFlag()
        let free = BlockingQueue<Worker.Job>()
        let waiting = BlockingQueue<Ticket<Worker.Job>>()
        let ordered = BlockingQueue<Ticket<Worker.Job>>()
        for _ in 0..<jobs { free.push(Worker.Job()) }
        let (workersDone, readerDone) = (DispatchGroup(), DispatchGroup())
        // All are made before any starts: one that can't be made must not leave others waiting for work.
        var workers: [HandedOver<Worker>] = []
        for _ in 0..<threads { workers.append(HandedOver(try makeWorker())) }
        for (number, worker) in workers.enumerated() {
            // A serial queue each: a shared pool could hold fewer threads than there are blocked workers.
            DispatchQueue(label: "neardup.worker.\(number)")
                .async(group: workersDone) {
                    while let ticket = waiting.pop() {
                        if !isStopped.isSet { worker.value.work(on: ticket.job) }
                        ticket.finished.signal()
                    }
                }
        }
        DispatchQueue(label: "neardup.reader")
            .async(group: readerDone) {
                func send(_ job: Worker.Job) {
                    let ticket = Ticket(job)
                    // A worker gets it first: whatever the writer waits for is being worked on.
                    waiting.push(ticket)
                    ordered.push(ticket)
                }
                while !isStopped.isSet, !stop.isMade, let job = free.pop(), read(job), !stop.isMade {
                    guard job.isLarge else {
                        send(job)
                        continue
                    }
                    let others = free.pop(count: jobs - 1)
                    send(job)
                    free.pop(count: 1).first?.shrink()
                    for job in others + [job] { free.push(job) }
                }
                ordered.close()
                waiting.close()
            }
        // Workers go on until the writer has what it waits for.
        stop.onMade { ordered.close() }
        while let ticket = ordered.pop() {
            ticket.finished.wait()
            do {
                try write(ticket.job)
            } catch {
                // The reader is not waited for: it may be blocked on a pipe that never ends. It stops when it returns.
                isStopped.set()
                waiting.close()
                free.close()
                workersDone.wait()
                throw error
            }
            free.push(ticket.job)
        }
        waiting.close()
        free.close()
        workersDone.wait()
        // After a request to stop it may be blocked on a pipe; it stops when it returns.
        if !stop.isMade { readerDone.wait() }
    }
}

/// A job and the news that its worker is done with it.
private final class Ticket<Job: PipelineJob>: Sendable {
    let job: Job
    let finished = DispatchSemaphore(value: 0)

    init(_ job: Job) { self.job = job }
}

/// A worker, which only the thread it is handed to ever uses.
private struct HandedOver<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: sending Value) { self.value = value }
}

private final class StopFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}

/// First in, first out, between threads.
private final class BlockingQueue<Element: Sendable>: Sendable {
    private let elements = Mutex<(queue: [Element], head: Int)>(([], 0))
    private let available = DispatchSemaphore(value: 0)

    func push(_ element: Element) {
        elements.withLock { $0.queue.append(element) }
        available.signal()
    }

    /// No more will come: once the queue is empty, everyone who waits gets nil.
    func close() { available.signal() }

    /// The first element, once there is one; nil after the last, when the queue was closed.
    func pop() -> Element? {
        available.wait()
        let element: Element? = elements.withLock { state in
            guard state.head < state.queue.count else { return nil }
            let element = state.queue[state.head]
            state.head += 1
            if state.head > 64 {
                state.queue.removeFirst(state.head)
                state.head = 0
            }
            return element
        }
        // Woken by close(): so must be the next one who waits.
        if element == nil { available.signal() }
        return element
    }

    /// The first `count` elements, once there are so many; fewer when the queue was closed.
    func pop(count: Int) -> [Element] {
        var popped: [Element] = []
        while popped.count < count, let element = pop() { popped.append(element) }
        return popped
    }
}
