internal import CKernels

/// The positions of a document's fingerprints, four bits at a time.
///
/// Each position is kept as its distance from the last one, less one (the first as it is): winnowing with a window of
/// 16 makes nearly all of them fit four bits. 15 means "add 15 and go on". The low nibble of a byte comes first; an
/// odd last one is followed by 0.
enum Nibbles {
    /// Appends ascending positions, in at most `positions.count / 2 + last / 30 + 1` bytes.
    static func append(_ positions: Span<UInt32>, to bytes: inout GrowableBuffer<UInt8>) {
        guard !positions.isEmpty else { return }
        unsafe positions.withUnsafeBufferPointer { positions in
            // Checked before anything is written: the room below is enough for ascending positions only.
            let ascend = unsafe nd_positions_ascend(positions.baseAddress, positions.count) != 0
            precondition(ascend, "positions must ascend strictly")
            let room = unsafe positions.count / 2 + Int(positions[positions.count - 1]) / 30 + 1
            // There is a nibble for each position, and one more for each 15 of the last.
            unsafe bytes.append(room: room) { room in
                unsafe nd_nibbles_pack(positions.baseAddress, positions.count, room.baseAddress)
            }
        }
    }

    /// Reads `count` positions, which take all of `bytes`; nil where they don't, or don't fit 32 bits.
    static func decode(_ bytes: Span<UInt8>, count: Int, into positions: inout [UInt32]) -> Bool {
        positions.removeAll(keepingCapacity: true)
        // A position takes a nibble at least: the bytes bound what is reserved.
        guard count <= 2 * bytes.count else { return false }
        positions.reserveCapacity(count)
        var distance: UInt64 = 0
        var next: UInt64 = 0
        var nibbles = 0
        while positions.count < count {
            guard nibbles < 2 * bytes.count else { return false }
            let nibble = bytes[nibbles / 2] >> (nibbles & 1 == 0 ? 0 : 4) & 15
            nibbles += 1
            distance += UInt64(nibble)
            if nibble == 15 { continue }
            guard let position = UInt32(exactly: next + distance) else { return false }
            positions.append(position)
            next = UInt64(position) + 1
            distance = 0
        }
        let isPadded = nibbles & 1 == 1
        if isPadded, bytes[nibbles / 2] >> 4 != 0 { return false }
        return (nibbles + 1) / 2 == bytes.count
    }
}
