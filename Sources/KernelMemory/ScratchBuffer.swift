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
///
/// All but growing is inlinable: several of these are written for every document, by modules that must not pay for
/// each with a call that knows nothing of its elements. Only what is public is inlined into other modules; this one is
/// part of no product, so that nobody else sees it.
@safe public struct ScratchBuffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    // Owned by this value alone; never handed out but for the length of a call.
    @usableFromInline var memory: UnsafeMutablePointer<Element>

    /// How many elements there is room for, at least 16.
    @usableFromInline var capacity = 16

    /// Memory for so many elements is never given back: twice what a block of a text takes.
    @inlinable static var keptElements: Int { 1 << 17 }

    @usableFromInline var written = 0

    /// How many elements the last ``fill(capacity:_:)`` wrote, and ``append(capacity:_:)`` since.
    @inlinable public var count: Int { written }

    /// Bytes of memory held, touched or not.
    @inlinable public var heldBytes: Int { capacity * MemoryLayout<Element>.stride }

    /// Creates a buffer that holds nothing.
    @inlinable
    public init() {
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
    @unsafe @inlinable
    public mutating func fill(capacity: Int, _ body: (UnsafeMutablePointer<Element>) -> Int) {
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
    @unsafe @inlinable
    public mutating func append(capacity: Int, _ body: (UnsafeMutablePointer<Element>) -> Int) {
        let most = count + capacity
        if most > self.capacity { grow(toHold: most) }
        let written = unsafe body(memory)
        setCount(written, atMost: most)
    }

    /// Makes room; keeps the content.
    @usableFromInline
    mutating func grow(toHold most: Int) {
        // Half as much again: what is not touched takes no memory, and large blocks move without being copied.
        let grown = max(most, capacity + capacity / 2)
        unsafe memory = Self.allocate(grown, replacing: memory)
        capacity = grown
    }

    /// Drops the content; keeps the memory, unless it is huge.
    @inlinable
    public mutating func removeAll() {
        written = 0
        if capacity > Self.keptElements { replace(capacity: 16) }
    }

    /// Lets `body` change the content in place; it may keep fewer elements, and says how many.
    @unsafe @inlinable
    public mutating func edit(_ body: (UnsafeMutablePointer<Element>) -> Int) {
        let kept = unsafe body(memory)
        setCount(kept, atMost: count)
    }

    /// Makes room; the content so far is lost.
    @inlinable
    mutating func reserve(_ needed: Int) {
        let isHuge = capacity > Self.keptElements && needed <= Self.keptElements
        if needed > capacity || isHuge {
            // Doubled while it is small, so that texts that get longer bit by bit don't make it grow each time.
            let doubled = capacity < Self.keptElements / 2 ? capacity * 2 : 16
            replace(capacity: max(needed, doubled))
        }
    }

    @usableFromInline
    mutating func replace(capacity: Int) {
        unsafe free(memory)
        unsafe memory = Self.allocate(capacity)
        self.capacity = capacity
    }

    /// Memory for so many elements, which begins with what `old` has of them.
    @usableFromInline
    static func allocate(
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

    @inlinable
    mutating func setCount(_ count: Int, atMost most: Int) {
        precondition(count >= 0 && count <= most, "a kernel wrote past the room it was given")
        written = count
    }

    /// The elements written last.
    public var span: Span<Element> {
        @inlinable
        @_lifetime(borrow self)
        get {
            // Initialised by the kernel up to `count`; lives as long as this value, which the span borrows.
            let span = unsafe Span(_unsafeStart: memory, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
