internal import CKernels
internal import KernelMemory

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Winnows shingles that come in blocks: chooses what it would of all at once, each fingerprint once.
///
/// Windows that reach from one block into the next lie in a stitch of the last shingles before the border and the first
/// after it. Beyond the block, memory grows with the distinct fingerprints alone: 4 bytes for each and a third to five
/// thirds of that for the gaps of a hash table, given back at the end.
struct BlockWinnowing: ~Copyable, Sendable {
    /// Shingles winnowed so far.
    private(set) var count = 0

    /// The last shingles, fewer than a window.
    private var stitch = ScratchBuffer<UInt64>()
    /// The position chosen last.
    private var last = UInt32.max
    /// Numbers of the keys met, by their hashes.
    private var seen = ScratchBuffer<UInt32>()

    init() {}

    var heldBytes: Int { stitch.heldBytes + seen.heldBytes }

    /// Forgets the last document.
    mutating func begin() {
        count = 0
        last = .max
        stitch.removeAll()
        seen.removeAll()
    }

    /// Appends the fingerprints of all windows that end in a block.
    mutating func add(
        _ shingles: Span<UInt64>,
        window: Int,
        _ order: inout ScratchBuffer<UInt32>,
        _ keys: inout ScratchBuffer<UInt64>,
        _ places: inout ScratchBuffer<UInt32>
    ) {
        guard window > 0 else {
            count += shingles.count
            return
        }
        let (reach, before) = (window - 1, stitch.count)
        Self.append(shingles.extracting(first: reach), to: &stitch)
        Self.winnow(stitch, from: count - before, window, &last, &order, &keys, &places, &seen)
        Self.winnow(shingles, from: count, window, &last, &order, &keys, &places, &seen)
        count += shingles.count
        if shingles.count >= reach {
            stitch.removeAll()
            Self.append(shingles.extracting(last: reach), to: &stitch)
        } else {
            Self.keepLast(reach, of: &stitch)
        }
    }

    /// Ends a document: one shorter than a window has a fingerprint all the same.
    mutating func end(
        window: Int,
        _ order: inout ScratchBuffer<UInt32>,
        _ keys: inout ScratchBuffer<UInt64>,
        _ places: inout ScratchBuffer<UInt32>
    ) {
        if count > 0, count < window {
            Self.winnow(stitch, from: 0, count, &last, &order, &keys, &places, &seen)
        }
        seen.removeAll()
    }

    private static func winnow(
        _ stitch: borrowing ScratchBuffer<UInt64>,
        from base: Int,
        _ window: Int,
        _ last: inout UInt32,
        _ order: inout ScratchBuffer<UInt32>,
        _ keys: inout ScratchBuffer<UInt64>,
        _ places: inout ScratchBuffer<UInt32>,
        _ seen: inout ScratchBuffer<UInt32>
    ) {
        winnow(stitch.span, from: base, window, &last, &order, &keys, &places, &seen)
    }

    private static func winnow(
        _ shingles: Span<UInt64>,
        from base: Int,
        _ window: Int,
        _ last: inout UInt32,
        _ order: inout ScratchBuffer<UInt32>,
        _ keys: inout ScratchBuffer<UInt64>,
        _ places: inout ScratchBuffer<UInt32>,
        _ seen: inout ScratchBuffer<UInt32>
    ) {
        let (count, known, slack) = (shingles.count, keys.count, Int(ND_WINNOW_SLACK))
        guard count >= window else { return }
        var all = known
        unsafe order.fill(capacity: count + slack) { scratch in
            unsafe keys.append(capacity: count) { keyRoom in
                unsafe places.append(capacity: count + slack) { placeRoom in
                    unsafe shingles.withUnsafeBufferPointer { hashes in
                        // Room for `count` is left in each, and the slack the kernel asks for. Positions fit 32 bits:
                        // texts are below 2 GiB.
                        all += unsafe nd_winnow_block(
                            hashes.baseAddress!,
                            count,
                            window,
                            UInt32(truncatingIfNeeded: base),
                            &last,
                            scratch,
                            placeRoom + known,
                            keyRoom + known
                        )
                    }
                    return all
                }
                return all
            }
            return 0
        }
        dropRepeats(after: known, &keys, &places, &seen)
    }

    /// Drops those of the last keys that were there before.
    private static func dropRepeats(
        after known: Int,
        _ keys: inout ScratchBuffer<UInt64>,
        _ places: inout ScratchBuffer<UInt32>,
        _ seen: inout ScratchBuffer<UInt32>
    ) {
        let all = keys.count
        let capacity = max(seen.count, nd_key_index_capacity(all))
        if capacity > seen.count {
            // The old table is given back before there is a new one: the keys themselves say what was in it.
            seen.removeAll()
            unsafe seen.fill(capacity: capacity) { table in
                unsafe memset(table, 0, capacity * MemoryLayout<UInt32>.stride)
                unsafe keys.span.withUnsafeBufferPointer {
                    unsafe nd_key_index_add($0.baseAddress!, known, table, capacity)
                }
                return capacity
            }
        }
        var kept = 0
        unsafe seen.edit { table in
            unsafe keys.edit { keys in
                unsafe places.edit { places in
                    // The table has more slots than there are keys, as the kernel asks.
                    kept = unsafe nd_distinct_block(keys, places, known, all - known, table, capacity)
                    return kept
                }
                return kept
            }
            return capacity
        }
    }

    private static func append(_ shingles: Span<UInt64>, to stitch: inout ScratchBuffer<UInt64>) {
        let (known, count) = (stitch.count, shingles.count)
        unsafe stitch.append(capacity: count) { all in
            unsafe shingles.withUnsafeBufferPointer {
                // Room for `count` more, of another buffer.
                if let start = $0.baseAddress { unsafe (all + known).update(from: start, count: count) }
            }
            return known + count
        }
    }

    private static func keepLast(_ most: Int, of stitch: inout ScratchBuffer<UInt64>) {
        let count = stitch.count
        guard count > most else { return }
        unsafe stitch.edit { all in
            // Moves down within the content; the ranges may overlap.
            unsafe all.update(from: all + (count - most), count: most)
            return most
        }
    }
}
