internal import CKernels

/// Room for a fixed number of words, and as much scratch to sort them with.
// @safe: the memory is this value's own, and every access is checked against the count or the capacity.
@safe
struct WordBuffer: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt64>
    private var scratch: UnsafeMutablePointer<UInt64>?
    private(set) var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        unsafe memory = .allocate(capacity: self.capacity)
        unsafe scratch = nil
    }

    deinit {
        unsafe memory.deallocate()
        unsafe scratch?.deallocate()
    }

    var isFull: Bool { count == capacity }

    /// Adds a word; there must be room.
    @inline(__always)
    mutating func append(_ word: UInt64) {
        precondition(count < capacity, "no room for another word")
        unsafe memory[count] = word
        count += 1
    }

    /// Adds words, each with a number added, after making room for them.
    mutating func append(_ words: UnsafeBufferPointer<UInt64>, adding number: UInt64) {
        reserve(count + words.count)
        for index in words.indices { unsafe memory[count + index] = words[index] &+ number }
        count += words.count
    }

    /// Makes room for so many words in all.
    mutating func reserve(_ needed: Int) {
        guard needed > capacity else { return }
        let grown = max(needed, capacity + capacity / 2)
        let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: grown)
        unsafe moved.update(from: memory, count: count)
        unsafe memory.deallocate()
        unsafe scratch?.deallocate()
        unsafe memory = moved
        unsafe scratch = nil
        capacity = grown
    }

    mutating func removeAll() { count = 0 }

    /// Sorts by the high halves, and leaves the order of words alike in them as it is.
    mutating func sortByHigh() { unsafe sort(nd_sort_by_high) }

    /// Sorts by all bits.
    mutating func sort() { unsafe sort(nd_sort_words) }

    private mutating func sort(
        _ kernel: (UnsafeMutablePointer<UInt64>?, UnsafeMutablePointer<UInt64>?, Int) -> Void
    ) {
        guard count > 1 else { return }
        if unsafe scratch == nil { unsafe scratch = .allocate(capacity: capacity) }
        // Both have room for `count` words.
        unsafe kernel(memory, scratch, count)
    }

    /// Lends the words.
    @inline(__always)
    func withWords<Result, Failure>(
        _ body: (UnsafeBufferPointer<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeBufferPointer(start: memory, count: count))
    }
}
