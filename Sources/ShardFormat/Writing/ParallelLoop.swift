/// How a loop whose rounds don't depend on each other is run: in turn, or on several threads.
///
/// The module starts no threads; whoever has some lends them. What is written never depends on how many there are.
package struct ParallelLoop: Sendable {
    private let run: @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

    /// Runs loops by a function that calls its body once for each number below the count, and returns when all calls have.
    package init(_ run: @escaping @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void) {
        self.run = run
    }

    /// Runs one round after the other on the calling thread.
    package static let inTurn = ParallelLoop { count, body in
        for index in 0..<count { body(index) }
    }

    /// Calls `body` for each number below `count`, in any order, and returns when all calls have.
    package func callAsFunction(_ count: Int, _ body: @Sendable (Int) -> Void) { run(count, body) }
}

/// A pointer that the rounds of a loop share.
// The rounds' parts of the memory don't overlap, or are only read, and the loop ends before the memory is given back.
@unsafe
struct SharedPointer<Pointee>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Pointee>

    /// Shares a buffer's memory; one without any has nothing that could be read or written.
    init(_ buffer: UnsafeMutableBufferPointer<Pointee>) {
        unsafe base = buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: MemoryLayout<Pointee>.alignment)!
    }
}
