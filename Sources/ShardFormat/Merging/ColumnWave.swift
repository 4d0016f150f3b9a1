/// Values on their way into the blocks of a merged column: loaded piece by piece, cut into blocks, packed and written.
// Unchecked: rounds of loading have a piece each, rounds of packing a run each; cutting and writing have all of it.
final class ColumnWave: @unchecked Sendable {
    /// What the wave before has left over, and what is loaded.
    private(set) var pieces = [ColumnPiece()]
    private(set) var runs: [Run] = []
    private let column: ShardLayout.Column
    private var blocks = BlockCutter(width: nil, from: 0)

    private static let blocksInRun = 16

    /// Blocks that one thread packs, or those of a piece that go on as they are.
    struct Run: Sendable {
        enum Content: Sendable {
            case packed(PackedRun)
            case kept(ColumnPiece)
        }

        let content: Content
        /// The number of the first value among those of the column.
        let first: Int
        /// The first of the blocks, of those that were cut.
        fileprivate let block: Int
    }

    init(_ column: ShardLayout.Column) { self.column = column }

    /// Takes the values that are left over, and begins a piece for each of the sources' blocks to be loaded.
    func begin(_ rest: ColumnPiece, _ sources: [BlockRange]) {
        runs = []
        pieces[0] = rest
        if pieces.count > sources.count + 1 { pieces.removeLast(pieces.count - sources.count - 1) }
        while pieces.count <= sources.count { pieces.append(ColumnPiece()) }
        for (piece, source) in zip(pieces.dropFirst(), sources) { piece.begin(source) }
    }

    /// Cuts all values into blocks.
    ///
    /// - Parameters:
    ///   - first: the number of the first value among those of the column.
    ///   - width: the bytes of each value, where all have as many.
    ///   - isLast: whether no value follows; else what the last block may not have all of is left over.
    /// - Returns: the number of the first value that is left over, and the values.
    func cut(from first: Int, width: Int?, isLast: Bool) -> (Int, ColumnPiece) {
        blocks = BlockCutter(width: width, from: first)
        for piece in pieces.indices {
            if let kept = pieces[piece].kept {
                blocks.take(kept, piece)
            } else {
                blocks.take(pieces[piece].values, piece)
            }
        }
        let rest = ColumnPiece()
        if isLast {
            blocks.close()
        } else {
            forEachPart(blocks.open, blocks.end) { rest.values.append($0, $1, bytes: $2) }
        }
        var block = 0
        while block < blocks.count {
            let first = blocks.starts[block].number
            var end = block + 1
            if let piece = blocks.kept[block] {
                runs.append(Run(content: .kept(pieces[piece]), first: first, block: block))
            } else {
                while end < min(block + Self.blocksInRun, blocks.count), blocks.kept[end] == nil { end += 1 }
                let packed = PackedRun(firsts: (block..<end).map { blocks.starts[$0].number })
                runs.append(Run(content: .packed(packed), first: first, block: block))
            }
            block = end
        }
        return (blocks.open.number, rest)
    }

    /// Why something of it is missing.
    var failure: ShardError? { pieces.lazy.compactMap(\.failure).first }

    /// Packs a run, if it is to be packed.
    func pack(_ run: Run, _ packer: BlockPacker) {
        guard case .packed(let packed) = run.content else { return }
        packed.pack(packer) { fill(&$1, $0, of: run) }
    }

    /// Puts a block of a run together that is packed.
    func fill(_ block: inout GrowableBuffer<UInt8>, _ number: Int, of run: Run) {
        let index = run.block + number
        let (start, end) = (blocks.starts[index], blocks.starts[index + 1])
        block.removeAll(keepingCapacity: true)
        if blocks.width == nil {
            forEachPart(start, end) { (values, range, _) in
                for value in range { block.appendVarint(UInt64(values.lengths[value])) }
            }
        }
        forEachPart(start, end) { (values, _, range) in
            values.bytes.withSpan { block.append($0.extracting(range)) }
        }
    }

    /// Calls `body` with each piece that has values between two places: which, and where their bytes are.
    private func forEachPart(
        _ start: BlockCutter.Place,
        _ end: BlockCutter.Place,
        _ body: (borrowing ColumnBuffer, Range<Int>, Range<Int>) -> Void
    ) {
        for piece in start.piece...end.piece {
            let (isFirst, isLast) = (piece == start.piece, piece == end.piece)
            let first = isFirst ? (value: start.value, byte: start.byte) : (value: 0, byte: 0)
            let (count, bytes) = (pieces[piece].values.count, pieces[piece].values.bytes.count)
            let last = isLast ? (value: end.value, byte: end.byte) : (value: count, byte: bytes)
            body(pieces[piece].values, first.value..<last.value, first.byte..<last.byte)
        }
    }
}

/// Cuts the values of pieces into blocks.
struct BlockCutter {
    /// A place among values: among all of the column, which piece, among its values, and among its bytes.
    struct Place {
        var number: Int
        var piece = 0
        var value = 0
        var byte = 0
    }

    /// The bytes of each value, where all have as many.
    let width: Int?
    /// Where each block begins.
    private(set) var starts: [Place]
    /// Where the values so far end.
    private(set) var end: Place
    /// What of ``starts`` stands for all blocks of a piece, which go on as they are, and that piece.
    private(set) var kept: [Int: Int] = [:]
    /// The bytes of the block that is open, lengths included.
    private var size = 0

    init(width: Int?, from first: Int) {
        self.width = width
        end = Place(number: first)
        starts = [end]
    }

    /// The blocks that are whole.
    var count: Int { starts.count - 1 }

    /// Where the block begins that is open.
    var open: Place { starts[count] }

    /// Goes on with the values of a piece.
    mutating func take(_ values: borrowing ColumnBuffer, _ piece: Int) {
        end = Place(number: end.number, piece: piece)
        if let width { return take(values.count, width: width) }
        for value in 0..<values.count {
            let length = Int(values.lengths[value])
            if isFull(before: length) { close() }
            size += UInt64(length).varintBytes + length
            end.number += 1
            end.value += 1
            end.byte += length
        }
    }

    private mutating func take(_ count: Int, width: Int) {
        let most = ShardLayout.valuesInBlock(ofWidth: width)
        while end.value < count {
            if end.number - open.number == most { close() }
            let taken = min(count - end.value, most - (end.number - open.number))
            end.number += taken
            end.value += taken
            end.byte += taken * width
        }
    }

    /// Goes on with blocks that stay as they are.
    mutating func take(_ blocks: BlockRange, _ piece: Int) {
        close()
        kept[count] = piece
        let documents = blocks.documents[blocks.documents.count - 1] - blocks.documents[0]
        end = Place(number: end.number + documents, piece: piece)
        close()
    }

    /// Ends the block that is open, if it has any value.
    mutating func close() {
        guard end.number > open.number else { return }
        starts.append(end)
        size = 0
    }

    private func isFull(before length: Int) -> Bool {
        end.number > open.number && !ShardLayout.blockHasRoom(for: length, after: size)
    }
}
