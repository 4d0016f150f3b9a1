#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Trivial values side by side, grown with `realloc`.
///
/// An array copies itself when it grows and is zeroed when it is given a size; columns of hundreds of megabytes want
/// neither: the system moves large allocations by remapping, and pages not yet written take no memory.
// @safe: the memory is this value's own; every access is checked against `count` or `capacity`, and spans of it can't
// outlive the closure they are lent to.
@safe
struct GrowableBuffer<Element: BitwiseCopyable>: ~Copyable {
    private var memory: UnsafeMutablePointer<Element>?
    private(set) var count = 0
    private var capacity = 0

    init() {
        unsafe memory = nil
    }

    /// A buffer of `count` values that are anything until written.
    init(uninitializedCount count: Int) {
        self.init()
        reserve(count)
        self.count = count
    }

    /// A buffer of `count` equal values.
    init(repeating value: Element, count: Int) {
        self.init()
        reserve(count)
        for _ in 0..<count { append(value) }
    }

    deinit {
        unsafe free(memory)
    }

    var byteCount: Int { count * MemoryLayout<Element>.stride }

    /// Makes room for `additional` more values; amortised O(1) a value.
    mutating func reserve(_ additional: Int) {
        let needed = count + additional
        guard needed > capacity else { return }
        let grown = max(needed, capacity + capacity / 2, 64)
        // realloc frees or moves only the memory that this value owns; out of memory is fatal, as it is for arrays.
        guard let moved = unsafe realloc(memory, grown * MemoryLayout<Element>.stride) else {
            fatalError("out of memory for \(grown) values")
        }
        unsafe memory = moved.assumingMemoryBound(to: Element.self)
        capacity = grown
    }

    mutating func append(_ value: Element) {
        reserve(1)
        // There is room for one more.
        unsafe memory![count] = value
        count += 1
    }

    mutating func append(_ values: Span<Element>) {
        guard !values.isEmpty else { return }
        reserve(values.count)
        // There is room for all of them, and a span never overlaps memory that is being written here.
        unsafe values.withUnsafeBufferPointer { source in
            unsafe (memory! + count).update(from: source.baseAddress!, count: source.count)
        }
        count += values.count
    }

    /// Lets `body` write up to `room` values at the end; it returns how many it wrote.
    mutating func append<Failure>(
        room: Int,
        _ body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Int
    ) throws(Failure) {
        reserve(max(room, 1))
        let written = try unsafe body(UnsafeMutableBufferPointer(start: memory! + count, count: room))
        precondition(written >= 0 && written <= room, "more was written than there is room for")
        count += written
    }

    /// The memory, for a kernel that writes into what ``reserve(_:)`` made room for.
    ///
    /// Valid until the next call that may grow the buffer or give memory back.
    @unsafe
    var base: UnsafeMutablePointer<Element>? { unsafe memory }

    /// Counts values that a kernel wrote after those that there are, or that are anything until written.
    mutating func extend(to count: Int) {
        precondition(count >= self.count && count <= capacity, "there must be room for what is counted")
        self.count = count
    }

    /// Lets `body` change the values in place; it keeps the first so many, and says how many.
    mutating func edit(_ body: (UnsafeMutableBufferPointer<Element>) -> Int) {
        let kept = unsafe withUnsafeMutable(body)
        truncate(to: kept)
    }

    /// Drops the values from `count` on.
    mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "only values that are there can be kept")
        self.count = count
    }

    mutating func removeAll(keepingCapacity: Bool) {
        count = 0
        guard !keepingCapacity else { return }
        unsafe free(memory)
        unsafe memory = nil
        capacity = 0
    }

    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "index out of range")
        // Within the count, so that there is memory.
        return unsafe memory![index]
    }

    func withSpan<Result, Failure>(_ body: (Span<Element>) throws(Failure) -> Result) throws(Failure) -> Result {
        // The span can't leave the call, during which the memory stays.
        try unsafe body(UnsafeBufferPointer(start: memory, count: count).span)
    }

    /// Lends the values to a kernel.
    mutating func withUnsafeMutable<Result, Failure>(
        _ body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeMutableBufferPointer(start: memory, count: count))
    }

    func withUnsafe<Result, Failure>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeBufferPointer(start: memory, count: count))
    }
}
