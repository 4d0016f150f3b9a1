internal import CKernels
internal import IndexStorage

/// Values of one kind that a phase works on, in a scratch file: all zero at first.
// @safe: every access is checked against the count, or is the caller's to check where the member is marked unsafe.
// Unchecked Sendable: threads write to different elements, or by atomic operations.
@safe
final class WorkingArray<Element: BitwiseCopyable>: @unchecked Sendable {
    let count: Int
    private let mapping: ScratchMapping
    private let base: UnsafeMutablePointer<Element>?

    /// Makes room for so many values of a type that is valid when all its bits are 0.
    init(_ storage: any IndexDirectory, named name: String, count: Int) throws(ClusterError) {
        self.count = count
        let bytes = count * MemoryLayout<Element>.stride
        mapping = try storage.replacingLeftover(name) { () throws(StorageError) in
            try storage.scratch(name, count: bytes)
        }
        // A mapping begins on a page.
        unsafe base = mapping.bytes.baseAddress?.assumingMemoryBound(to: Element.self)
    }

    subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "index out of range")
            return unsafe base![index]
        }
        set {
            precondition(index >= 0 && index < count, "index out of range")
            unsafe base![index] = newValue
        }
    }

    /// The values, for a hot loop; valid while this object lives.
    @unsafe
    var pointer: UnsafeMutablePointer<Element> {
        // An array without values has nothing that could be read.
        unsafe base ?? UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment)!
    }
}

extension WorkingArray where Element == UInt32 {
    /// Adds one to a value that other threads may be adding to.
    func increment(_ index: Int) {
        precondition(index >= 0 && index < count, "index out of range")
        // Within the count.
        unsafe nd_increment(pointer + index)
    }
}
