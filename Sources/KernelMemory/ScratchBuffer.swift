/// Memory that kernels write into and their callers read as spans; never cleared.
///
/// It grows to what the longest text so far needed, unless that was huge: what one text of many megabytes took is given
/// back when the next is short.
///
/// An `Array` would have to be filled before a kernel may write to it, which for a scratch sized for the worst case
/// touches (and so takes) memory that is never used.
@safe package struct ScratchBuffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    // Owned by this value alone; never handed out but for the length of a call.
    private var memory: UnsafeMutableBufferPointer<Element>

    /// Memory for so many elements is never given back.
    private static var keptElements: Int { 1 << 20 }

    /// How many elements the last ``fill(capacity:_:)`` wrote.
    package private(set) var count = 0

    /// Creates a buffer that holds nothing.
    package init() {
        unsafe memory = .allocate(capacity: 16)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// Lets `body` write elements from the start on; what it says it wrote is then the content.
    ///
    /// - Parameters:
    ///   - capacity: how many elements there must be room for.
    ///   - body: returns how many elements it wrote, at most `capacity`.
    @unsafe
    package mutating func fill(capacity: Int, _ body: (UnsafeMutablePointer<Element>) -> Int) {
        let start = unsafe reserve(capacity)
        let written = unsafe body(start)
        setCount(written, capacity: capacity)
    }

    /// Drops the content and keeps the memory.
    package mutating func removeAll() { count = 0 }

    /// Lets `body` change the content in place; it may keep fewer elements, and says how many.
    @unsafe
    package mutating func edit(_ body: (UnsafeMutablePointer<Element>) -> Int) {
        let kept = unsafe body(memory.baseAddress!)
        setCount(kept, capacity: count)
    }

    /// Makes room; the content so far is lost.
    private mutating func reserve(_ capacity: Int) -> UnsafeMutablePointer<Element> {
        let isHuge = unsafe memory.count > Self.keptElements && capacity < memory.count / 16
        if unsafe capacity > memory.count || isHuge {
            let grown = unsafe isHuge ? max(capacity, 16) : max(capacity, memory.count * 2)
            unsafe memory.deallocate()
            unsafe memory = .allocate(capacity: grown)
        }
        // Allocated with at least 16 elements, so that there is a base address.
        return unsafe memory.baseAddress!
    }

    private mutating func setCount(_ written: Int, capacity: Int) {
        precondition(written >= 0 && written <= capacity, "a kernel wrote past the room it was given")
        count = written
    }

    /// The elements written last.
    package var span: Span<Element> {
        @_lifetime(borrow self)
        get {
            // Initialised by the kernel up to `count`; lives as long as this value, which the span borrows.
            let span = unsafe Span(_unsafeStart: memory.baseAddress!, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
