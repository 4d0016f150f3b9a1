internal import CKernels

/// The blocks of a column that one thread read lately, found by their documents without a lock, a search or a count of
/// references.
// @safe: a place holds a reference to its block, and so what it points to is there until the place is filled anew.
@safe
final class RecentBlocks {
    private var places: UnsafeMutableBufferPointer<nd_recent_block>
    private let shift: Int
    /// One for every stretch.
    private let allPlaces: Int
    private var placeCount: Int
    /// Blocks kept so far, those too that others have taken the places of.
    private var keptCount = 0

    /// Creates an empty table; it takes memory when a block is kept, 32 bytes a place.
    ///
    /// - Parameters:
    ///   - column: what the blocks are of.
    ///   - limit: the most places, a power of two.
    init(_ column: BlockColumn, limit: Int) {
        unsafe places = UnsafeMutableBufferPointer(start: nil, count: 0)
        // Between three eighths of a block of average length and three quarters: hardly a block is shorter.
        let stretch = max(1, column.documents * 3 / 4 / max(1, column.blockCount))
        shift = stretch.bitWidth - 1 - stretch.leadingZeroBitCount
        let last = column.documents >> shift
        allPlaces = 1 << (last.bitWidth - last.leadingZeroBitCount)
        placeCount = min(limit, allPlaces)
    }

    deinit { removeAll() }

    private func removeAll() {
        for index in unsafe places.indices { unsafe Self.release(places[index]) }
        unsafe places.deallocate()
        unsafe places = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// Whether more blocks were kept than there are places, and more places would help.
    var isFull: Bool { keptCount > placeCount && placeCount < allPlaces }

    /// Lets all blocks go, and has room for more or fewer from now on.
    ///
    /// - Parameter limit: the most places, a power of two.
    func restart(limit: Int) {
        removeAll()
        keptCount = 0
        placeCount = min(limit, allPlaces)
    }

    private var table: nd_recent_blocks? {
        guard let places = unsafe places.baseAddress else { return nil }
        return unsafe nd_recent_blocks(places: places, mask: placeCount - 1, shift: UInt32(shift))
    }

    /// The names of a document, if its block is here.
    func names(of document: UInt32) -> StoredNames? {
        guard var table = unsafe table, let place = unsafe nd_recent_find(&table, document) else { return nil }
        // The block has the document, and its values lie within its bytes.
        let starts = unsafe place.pointee.starts + Int(document - place.pointee.first)
        return unsafe StoredNames(
            UnsafeBufferPointer(start: place.pointee.bytes + Int(starts[0]), count: Int(starts[1] - starts[0])),
            in: Unmanaged<OwnBlock>.fromOpaque(place.pointee.owner).takeUnretainedValue()
        )
    }

    /// Asks for what the names of documents will be read from, where their blocks are here; a hint.
    func expect(_ documents: Span<UInt32>) {
        guard var table = unsafe table else { return }
        // Read within the call only.
        unsafe documents.withUnsafeBufferPointer { unsafe nd_recent_expect(&table, $0.baseAddress, $0.count) }
    }

    /// Keeps a block in place of what was at its places.
    func keep(_ block: OwnBlock) {
        if unsafe places.isEmpty {
            unsafe places = .allocate(capacity: placeCount)
            unsafe places.initialize(repeating: nd_recent_block())
        }
        keptCount += 1
        let kept = block.kept
        let first = Int(kept.documents.lowerBound) >> shift
        // One that holds no stretch's last document has the place of its own, until the next block takes that.
        let end = max(first + 1, Int(kept.documents.upperBound) >> shift)
        for stretch in first..<min(end, first + placeCount) {
            let index = stretch & (placeCount - 1)
            unsafe Self.release(places[index])
            // A value has a start, and its end is the next or the last.
            unsafe places[index] = nd_recent_block(
                first: kept.documents.lowerBound,
                end: kept.documents.upperBound,
                starts: kept.starts.base,
                bytes: kept.bytes.base,
                owner: Unmanaged.passRetained(block).toOpaque()
            )
        }
    }

    private static func release(_ place: nd_recent_block) {
        if let owner = unsafe place.owner { unsafe Unmanaged<OwnBlock>.fromOpaque(owner).release() }
    }
}
