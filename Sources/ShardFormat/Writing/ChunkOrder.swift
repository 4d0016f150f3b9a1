internal import CKernels

/// The chunks of each part, in the order they were opened, and how many pairs they hold.
struct ChunkOrder: Sendable {
    private var numbers: [UInt32]
    private var starts: [UInt32]
    private(set) var pairCounts: [Int] = []

    /// Orders the chunks of a store, each of which has an owner.
    init(_ store: nd_pair_store, owners: borrowing GrowableBuffer<UInt8>) {
        var store = store
        numbers = [UInt32](repeating: 0, count: owners.count)
        starts = [UInt32](repeating: 0, count: TablePairs.parts + 1)
        unsafe owners.withUnsafe { owners in
            unsafe numbers.withUnsafeMutableBufferPointer { numbers in
                unsafe starts.withUnsafeMutableBufferPointer { starts in
                    // As many numbers as there are chunks, and a start for each part and the end.
                    unsafe nd_pair_chunk_order(&store, owners.baseAddress, numbers.baseAddress, starts.baseAddress)
                }
            }
        }
        for part in 0..<TablePairs.parts {
            let chunks = Int(starts[part + 1] - starts[part])
            pairCounts.append(unsafe nd_part_pairs(&store, UInt32(part), chunks))
        }
    }

    /// Makes all parts one, which has so many pairs.
    mutating func join(pairs: Int) {
        starts = [0, UInt32(numbers.count)]
        pairCounts = [pairs]
    }

    /// The numbers of the chunks that a part's first `count` pairs lie in.
    func chunks(of part: Int, holding count: Int) -> ArraySlice<UInt32> {
        let start = Int(starts[part])
        return numbers[start..<start + (count + TablePairs.chunkPairs - 1) / TablePairs.chunkPairs]
    }
}
