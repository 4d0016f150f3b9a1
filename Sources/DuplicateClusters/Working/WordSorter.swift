internal import IndexStorage

/// Puts words of distinct bits in order: in memory while they are few, by sorted runs in a scratch file when not.
struct WordSorter: ~Copyable {
    private let store: WordStore
    private var buffer: WordBuffer
    private var runs: [Range<Int>] = []

    /// Takes about so many bytes of memory.
    init(_ storage: any IndexDirectory, named name: String, memory: Int) {
        let words = max(1 << 10, memory / 8 / 4)
        store = WordStore(storage, named: name, limit: 0)
        buffer = WordBuffer(capacity: words)
    }

    mutating func add(_ word: UInt64) throws(ClusterError) {
        if buffer.isFull { try flush() }
        buffer.append(word)
    }

    private mutating func flush() throws(ClusterError) {
        guard buffer.count > 0 else { return }
        buffer.sort()
        let store = store
        runs.append(try unsafe buffer.withWords { (words) throws(ClusterError) in try unsafe store.add(words) })
        buffer.removeAll()
    }

    /// Calls `body` with all words, ascending.
    mutating func finish(_ body: (UInt64) throws(ClusterError) -> Void) throws(ClusterError) {
        if runs.isEmpty {
            buffer.sort()
            return try unsafe buffer.withWords { (words) throws(ClusterError) in
                for index in words.indices { try body(unsafe words[index]) }
            }
        }
        try flush()
        try store.finish()
        try merge(body)
    }

    /// A heap of the runs by their next words.
    private func merge(_ body: (UInt64) throws(ClusterError) -> Void) throws(ClusterError) {
        let reader = store.reader()
        var heap: [(word: UInt64, place: Int, end: Int)] = runs.map { run in
            (unsafe reader.withWords(run) { unsafe $0[0] }, run.lowerBound, run.upperBound)
        }
        heap.sort { $0.word < $1.word }
        while let top = heap.first {
            try body(top.word)
            if top.place + 1 < top.end {
                let word = unsafe reader.withWords(top.place + 1..<top.end) { unsafe $0[0] }
                heap[0] = (word, top.place + 1, top.end)
            } else {
                heap[0] = heap[heap.count - 1]
                heap.removeLast()
            }
            sink(&heap)
        }
    }

    private func sink(_ heap: inout [(word: UInt64, place: Int, end: Int)]) {
        var place = 0
        while 2 * place + 1 < heap.count {
            var child = 2 * place + 1
            if child + 1 < heap.count, heap[child + 1].word < heap[child].word { child += 1 }
            if heap[place].word <= heap[child].word { return }
            heap.swapAt(place, child)
            place = child
        }
    }
}
