internal import CKernels
internal import KernelMemory

/// Turns a document's shingle hashes into its sketch: a signature, its bands, and its fingerprints.
///
/// - The *signature* has K values by one-permutation hashing (Li, Owen & Zhang 2012) with optimal densification
///   (Shrivastava 2017): the least hash in each of K bins. `docs/measurements.md` says why not K minima.
/// - *Bands* are hashes of consecutive rows of the signature.
/// - *Fingerprints* are the shingles that winnowing chooses (Schleimer, Wilkerson & Aiken 2003), each once, with the
///   token at which it first begins.
///
/// One value serves one thread; its work areas are reused. Time is linear in the shingles.
public struct ShingleSketcher: ~Copyable, Sendable {
    /// What decides the sketch.
    public let parameters: SketchingParameters

    private let donors: DonorTable
    private var minima = ScratchBuffer<UInt32>()
    private var packed = ScratchBuffer<UInt8>()
    private var bands = ScratchBuffer<UInt64>()
    private var keys = ScratchBuffer<UInt64>()
    private var places = ScratchBuffer<UInt32>()
    private var order = ScratchBuffer<UInt32>()
    private var seen = ScratchBuffer<UInt64>()
    private var blocks = BlockWinnowing()

    /// Creates a sketcher.
    public init(parameters: SketchingParameters) {
        self.parameters = parameters
        donors = DonorTable(values: parameters.values)
    }

    /// Creates a sketcher that shares the fixed tables of another.
    public init(sharingTablesOf other: borrowing ShingleSketcher) {
        parameters = other.parameters
        donors = other.donors
    }

    /// Bytes of work areas and of the last sketch, touched or not, without the fixed tables.
    package var heldBytes: Int {
        minima.heldBytes + packed.heldBytes + bands.heldBytes + keys.heldBytes + places.heldBytes + order.heldBytes
            + seen.heldBytes + blocks.heldBytes
    }

    /// The last sketch's values before truncation: K of them; none for a document without shingles.
    public var signature: Span<UInt32> {
        @_lifetime(borrow self)
        get { minima.span }
    }

    /// The last sketch's signature as it is stored: the low b bits of each value, first value lowest.
    public var packedSignature: Span<UInt8> {
        @_lifetime(borrow self)
        get { packed.span }
    }

    /// A key for each band of the last sketch, from whole values.
    public var bandKeys: Span<UInt64> {
        @_lifetime(borrow self)
        get { bands.span }
    }

    /// The last sketch's distinct fingerprints in text order; the high 38 bits count, the others are zero.
    public var fingerprints: Span<UInt64> {
        @_lifetime(borrow self)
        get { keys.span }
    }

    /// The token at which each of ``fingerprints`` first begins, ascending.
    public var positions: Span<UInt32> {
        @_lifetime(borrow self)
        get { places.span }
    }

    /// Sketches a document, given its shingle hashes in text order.
    ///
    /// Without any, the sketch is empty.
    public mutating func sketch(_ shingles: Span<UInt64>) {
        sign(shingles)
        winnowAll(shingles)
        Self.dropRepeats(&keys, &places, &seen)
    }

    /// Chooses the fingerprints alone, every occurrence of each: for telling where two texts agree.
    public mutating func winnowAll(_ shingles: Span<UInt64>) {
        Self.winnow(shingles, window: parameters.window, &order, &keys, &places)
    }

    /// Begins a document whose shingles come in blocks, of any sizes: the sketch is that of all of them.
    ///
    /// Beyond a block, memory grows with the fingerprints alone: 12 bytes for each, and up to 11 more until
    /// ``endBlocks()``.
    package mutating func beginBlocks() {
        keys.removeAll()
        places.removeAll()
        blocks.begin()
        let values = parameters.values
        unsafe minima.fill(capacity: values) { room in
            // Fills the `values` there is room for.
            unsafe nd_signature_begin(room, values)
            return values
        }
    }

    /// Adds the next shingles of a document that ``beginBlocks()`` began.
    package mutating func addBlock(_ shingles: Span<UInt64>) {
        unsafe minima.edit { signature in
            unsafe shingles.withUnsafeBufferPointer {
                // Reads the span's elements, which may be none; the signature has its values.
                if let start = $0.baseAddress {
                    unsafe nd_signature_add(start, $0.count, signature, parameters.values)
                }
            }
            return parameters.values
        }
        blocks.add(shingles, window: parameters.window, &order, &keys, &places)
    }

    /// Ends a document that came in blocks.
    package mutating func endBlocks() {
        blocks.end(window: parameters.window, &order, &keys, &places)
        guard blocks.count > 0 else {
            sign([UInt64]().span)
            return
        }
        Self.fillEmptyBins(of: &minima, donors.rows)
        Self.pack(minima, bits: parameters.bits, into: &packed)
        Self.cut(minima, parameters.banding, into: &bands)
    }

    private mutating func sign(_ shingles: Span<UInt64>) {
        guard !shingles.isEmpty else {
            minima.removeAll()
            packed.removeAll()
            bands.removeAll()
            return
        }
        Self.sign(shingles, values: parameters.values, donors: donors.rows, into: &minima)
        Self.pack(minima, bits: parameters.bits, into: &packed)
        Self.cut(minima, parameters.banding, into: &bands)
    }

    private static func sign(
        _ shingles: Span<UInt64>,
        values: Int,
        donors: borrowing ScratchBuffer<UInt16>,
        into minima: inout ScratchBuffer<UInt32>
    ) {
        let rows = donors.span
        unsafe minima.fill(capacity: values) { room in
            unsafe shingles.withUnsafeBufferPointer { hashes in
                unsafe rows.withUnsafeBufferPointer { rows in
                    // The table has values x values entries; the room is for `values`.
                    unsafe nd_signature(hashes.baseAddress!, hashes.count, rows.baseAddress!, room, values)
                }
            }
            return values
        }
    }

    private static func fillEmptyBins(of minima: inout ScratchBuffer<UInt32>, _ donors: borrowing ScratchBuffer<UInt16>)
    {
        let (values, rows) = (minima.count, donors.span)
        unsafe minima.edit { signature in
            // The table has values x values entries.
            unsafe rows.withUnsafeBufferPointer { unsafe nd_signature_finish($0.baseAddress!, signature, values) }
            return values
        }
    }

    private static func pack(
        _ minima: borrowing ScratchBuffer<UInt32>,
        bits: Int,
        into packed: inout ScratchBuffer<UInt8>
    ) {
        let signature = minima.span
        let bytes = signature.count * bits / 8
        unsafe packed.fill(capacity: bytes) { room in
            unsafe signature.withUnsafeBufferPointer {
                unsafe nd_signature_pack($0.baseAddress!, $0.count, UInt32(bits), room)
            }
            return bytes
        }
    }

    private static func cut(
        _ minima: borrowing ScratchBuffer<UInt32>,
        _ banding: Banding,
        into bands: inout ScratchBuffer<UInt64>
    ) {
        let signature = minima.span
        unsafe bands.fill(capacity: banding.bands) { room in
            unsafe signature.withUnsafeBufferPointer {
                // bands x rows <= values: checked where the parameters are made.
                unsafe nd_band_keys($0.baseAddress!, banding.bands, banding.rows, room)
            }
            return banding.bands
        }
    }

    private static func winnow(
        _ shingles: Span<UInt64>,
        window: Int,
        _ order: inout ScratchBuffer<UInt32>,
        _ keys: inout ScratchBuffer<UInt64>,
        _ places: inout ScratchBuffer<UInt32>
    ) {
        let (count, slack) = (shingles.count, Int(ND_WINNOW_SLACK))
        // An index without passages has no window, and no fingerprints.
        guard count > 0, window > 0 else {
            keys.removeAll()
            places.removeAll()
            return
        }
        var chosen = 0
        unsafe order.fill(capacity: count + slack) { scratch in
            unsafe keys.fill(capacity: count) { keyRoom in
                unsafe places.fill(capacity: count + slack) { placeRoom in
                    unsafe shingles.withUnsafeBufferPointer { hashes in
                        // All rooms are for `count`, and have the slack the kernel asks for.
                        chosen = unsafe nd_winnow(hashes.baseAddress!, count, window, scratch, placeRoom, keyRoom)
                    }
                    return chosen
                }
                return chosen
            }
            return 0
        }
    }

    private static func dropRepeats(
        _ keys: inout ScratchBuffer<UInt64>,
        _ places: inout ScratchBuffer<UInt32>,
        _ seen: inout ScratchBuffer<UInt64>
    ) {
        let chosen = keys.count
        var kept = 0
        unsafe seen.fill(capacity: nd_distinct_capacity(chosen)) { table in
            unsafe keys.edit { keyRoom in
                unsafe places.edit { placeRoom in
                    kept = unsafe nd_distinct(keyRoom, placeRoom, chosen, table)
                    return kept
                }
                return kept
            }
            return 0
        }
    }
}

/// The order in which each empty bin looks at the others: fixed for all time, the same for every document.
private final class DonorTable: Sendable {
    let rows: ScratchBuffer<UInt16>

    init(values: Int) {
        var rows = ScratchBuffer<UInt16>()
        unsafe rows.fill(capacity: values * values) { room in
            // The kernel writes every one of the values x values entries.
            unsafe nd_signature_donors(room, values)
            return values * values
        }
        self.rows = rows
    }
}
