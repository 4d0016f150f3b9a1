internal import CrawlModel
internal import CrawlReading

/// Requests and metadata of a WARC file follow their response: kept with it, and dropped with it.
///
/// Some crawlers write a request before its response, others after it. What can't be told yet waits here, with all that
/// comes after it, until the response comes; not long, and never much of it.
struct CompanionTail {
    /// A record of a capture that others may belong to.
    private struct Capture {
        var names: RecordNames
        var isKept: Bool
    }

    private struct Waiting {
        var bytes: [UInt8]
        var isRecord: Bool
        /// Nil while it isn't known.
        var isKept: Bool?
        var names: RecordNames?
        /// The captures that have come since.
        var age = 0
    }

    private var recent: [Capture] = []
    private var waiting: [Waiting] = []
    private var waitingBytes = 0

    private static let mostRecent = 32
    private static let mostAge = 8
    private static let mostBytes = 4 << 20

    /// Whether nothing waits: what comes next may be written at once.
    var isEmpty: Bool { waiting.isEmpty }

    /// What becomes of a record that belongs to another; nil where that has to come first.
    func fate(of names: RecordNames) -> Bool? {
        for capture in recent.reversed() where Self.isNamed(names, capture.names) { return capture.isKept }
        // Without a reference, the address has to do, of the neighbour.
        guard names.concurrentTo == 0 else { return nil }
        if names.isRequest { return nil }
        return recent.last.map { $0.names.target != names.target || $0.isKept } ?? (names.target == 0 ? true : nil)
    }

    /// Lets something wait: a companion that is not decided, or what comes after one.
    mutating func wait(_ bytes: ArraySlice<UInt8>, asRecord isRecord: Bool, isKept: Bool?, _ names: RecordNames?) {
        waiting.append(Waiting(bytes: Array(bytes), isRecord: isRecord, isKept: isKept, names: names))
        waitingBytes += bytes.count
    }

    /// Adds the line ends after what came last to it.
    mutating func extend(_ bytes: ArraySlice<UInt8>) {
        guard !waiting.isEmpty else { return }
        waiting[waiting.count - 1].bytes += bytes
        waitingBytes += bytes.count
    }

    /// Takes note of a capture, which decides what waits for it.
    mutating func note(_ names: RecordNames, isKept: Bool) {
        for index in waiting.indices where waiting[index].isKept == nil {
            guard let own = waiting[index].names else { continue }
            waiting[index].age += 1
            let isNeighbour = own.concurrentTo == 0 && own.target == names.target && waiting[index].age == 1
            if Self.isNamed(own, names) || isNeighbour {
                waiting[index].isKept = isKept
            } else if own.concurrentTo == 0 {
                // It may have come after its response: that of the same address just before.
                waiting[index].isKept = recent.last.map { $0.names.target != own.target || $0.isKept } ?? true
            } else if waiting[index].age >= Self.mostAge {
                waiting[index].isKept = true
            }
        }
        if recent.count == Self.mostRecent { recent.removeFirst() }
        recent.append(Capture(names: names, isKept: isKept))
    }

    /// Hands out what is decided, up to the first that is not.
    ///
    /// - Parameters:
    ///   - isLast: whether nothing more comes: what waits is decided by its address, else kept.
    ///   - body: takes what is kept, in order.
    mutating func release(isLast: Bool, _ body: (_ bytes: [UInt8], _ isRecord: Bool) -> Void) {
        var count = 0
        while count < waiting.count {
            let item = waiting[count]
            let isOver = isLast || waitingBytes > Self.mostBytes
            if item.isKept == nil, !isOver { break }
            let neighbour = item.names.flatMap { own in
                recent.last.map { own.concurrentTo != 0 || $0.names.target != own.target || $0.isKept }
            }
            if item.isKept ?? neighbour ?? true { body(item.bytes, item.isRecord) }
            waitingBytes -= item.bytes.count
            count += 1
        }
        waiting.removeFirst(count)
        if isLast { recent.removeAll(keepingCapacity: true) }
    }

    private static func isNamed(_ own: RecordNames, _ capture: RecordNames) -> Bool {
        (own.concurrentTo != 0 && own.concurrentTo == capture.id)
            || (own.id != 0 && own.id == capture.concurrentTo)
    }
}
