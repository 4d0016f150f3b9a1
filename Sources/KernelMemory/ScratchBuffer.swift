#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Memory that kernels write into and their callers read as spans; never cleared.
///
/// It grows to what the longest text so far needed, unless that was huge: what one text of many megabytes took is given
/// back when the next is short.
///
/// An `Array` would have to be filled before a kernel may write to it, which for a scratch sized for the worst case
/// touches (and so takes) memory that is never used.
@safe package struct ScratchBuffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    // Owned by this value alone; never handed out but for the length of a call.
    private var memory: UnsafeMutablePointer<Element>

    /// How many elements there is room for, at least 16.
    private var capacity = 16

    /// Memory for so many elements is never given back: twice what a block of a text takes.
    private static var keptElements: Int { 1 << 17 }

    /// How many elements the last ``fill(capacity:_:)`` wrote, and ``append(capacity:_:)`` since.
    package private(set) var count = 0

    /// Bytes of memory held, touched or not.
    package var heldBytes: Int { capacity * MemoryLayout<Element>.stride }

    /// Creates a buffer that holds nothing.
    package init() {
        unsafe memory = Self.allocate(16)
    }

    deinit {
        unsafe free(memory)
    }

    /// Lets `body` write elements from the start on; what it says it wrote is then the content.
    ///
    /// - Parameters:
    ///   - capacity: how many elements there must be room for.
    ///   - body: returns how many elements it wrote, at most `capacity`.
    @unsafe
    package mutating func fill(capacity: Int, _ body: (UnsafeMutablePointer<Element>) -> Int) {
        reserve(capacity)
        let written = unsafe body(memory)
        setCount(written, atMost: capacity)
    }

    /// Lets `body` write elements after the content.
    ///
    /// - Parameters:
    ///   - capacity: how many more elements there must be room for.
    ///   - body: is given the content, with `capacity` elements of room after its ``count``; returns how many elements
    ///     there are now.
    @unsafe
    package mutating func append(capacity: Int, _ body: (UnsafeMutablePointer<Element>) -> Int) {
        let most = count + capacity
        if most > self.capacity {
            // Half as much again: what is not touched takes no memory, and large blocks move without being copied.
            let grown = max(most, self.capacity + self.capacity / 2)
            unsafe memory = Self.allocate(grown, replacing: memory)
            self.capacity = grown
        }
        let written = unsafe body(memory)
        setCount(written, atMost: most)
    }

    /// Drops the content; keeps the memory, unless it is huge.
    package mutating func removeAll() {
        count = 0
        if capacity > Self.keptElements { replace(capacity: 16) }
    }

    /// Lets `body` change the content in place; it may keep fewer elements, and says how many.
    @unsafe
    package mutating func edit(_ body: (UnsafeMutablePointer<Element>) -> Int) {
        let kept = unsafe body(memory)
        setCount(kept, atMost: count)
    }

    /// Makes room; the content so far is lost.
    private mutating func reserve(_ needed: Int) {
        let isHuge = capacity > Self.keptElements && needed <= Self.keptElements
        if needed > capacity || isHuge {
            // Doubled while it is small, so that texts that get longer bit by bit don't make it grow each time.
            let doubled = capacity < Self.keptElements / 2 ? capacity * 2 : 16
            replace(capacity: max(needed, doubled))
        }
    }

    private mutating func replace(capacity: Int) {
        unsafe free(memory)
        unsafe memory = Self.allocate(capacity)
        self.capacity = capacity
    }

    /// Memory for so many elements, which begins with what `old` has of them.
    private static func allocate(
        _ capacity: Int,
        replacing old: UnsafeMutablePointer<Element>? = nil
    ) -> UnsafeMutablePointer<Element> {
        let (bytes, overflow) = capacity.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        // `realloc` aligns for every type that kernels write; it takes null for a block that is new.
        guard !overflow, let memory = unsafe realloc(old, bytes) else {
            fatalError("no memory for \(capacity) elements")
        }
        return unsafe memory.bindMemory(to: Element.self, capacity: capacity)
    }

    private mutating func setCount(_ written: Int, atMost most: Int) {
        precondition(written >= 0 && written <= most, "a kernel wrote past the room it was given")
        count = written
    }

    /// The elements written last.
    package var span: Span<Element> {
        @_lifetime(borrow self)
        get {
            // Initialised by the kernel up to `count`; lives as long as this value, which the span borrows.
            let span = unsafe Span(_unsafeStart: memory, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
