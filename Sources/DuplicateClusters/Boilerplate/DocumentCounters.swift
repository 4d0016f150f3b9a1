internal import Synchronization

/// Three counts for each document of a range, added to by any number of threads.
///
/// Eight bytes a document: counts are of fingerprints, of which a document has fewer than 2^21 as long as it has fewer than
/// some 15 million tokens. Beyond, counts of the one document run over into each other.
@safe
final class DocumentCounters: @unchecked Sendable {
    /// The documents that are counted.
    let documents: Range<UInt32>
    // Allocated with a counter for each document of the range, and never exchanged.
    private let counters: UnsafeMutablePointer<Atomic<UInt64>>

    private static let bits: UInt64 = 21
    private static let mask: UInt64 = 1 << bits - 1

    init(_ documents: Range<UInt32>) {
        self.documents = documents
        unsafe counters = .allocate(capacity: max(1, documents.count))
        for index in documents.indices {
            unsafe (counters + Int(index - documents.lowerBound)).initialize(to: Atomic(0))
        }
    }

    deinit {
        unsafe counters.deinitialize(count: documents.count)
        unsafe counters.deallocate()
    }

    /// Adds to a document's counts what is true; a document outside of the range is passed over.
    func add(_ document: UInt32, _ first: Bool, _ second: Bool, _ third: Bool) {
        guard documents.contains(document) else { return }
        let sum = (first ? 1 : 0) | (second ? 1 << Self.bits : 0) | (third ? 1 << (2 * Self.bits) : 0) as UInt64
        // The range has a counter for the document.
        unsafe (counters + Int(document - documents.lowerBound)).pointee.wrappingAdd(sum, ordering: .relaxed)
    }

    /// A document's counts; the document is of the range.
    subscript(document: UInt32) -> (Int, Int, Int) {
        precondition(documents.contains(document), "the document is not of the range")
        let sum = unsafe (counters + Int(document - documents.lowerBound)).pointee.load(ordering: .relaxed)
        return (
            Int(sum & Self.mask), Int(sum >> Self.bits & Self.mask), Int(sum >> (2 * Self.bits) & Self.mask)
        )
    }
}
