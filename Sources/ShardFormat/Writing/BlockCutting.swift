/// Where a block of a column begins: the number of its first value, and that value's place among the bytes of all values.
struct BlockStart: Hashable {
    var value = 0
    var byte = 0
}

extension ShardLayout {
    /// How many values of one width a block has.
    static func valuesInBlock(ofWidth width: Int) -> Int { max(1, blockBytes / max(1, width)) }

    /// Whether a block that has values of so many bytes, their lengths included, goes on with one of `length` bytes.
    static func blockHasRoom(for length: Int, after size: Int) -> Bool { size + length + 1 <= blockBytes }
}

extension BuilderColumns {
    /// Where the block that begins at `start` ends; nil where there is no value left.
    func blockEnd(of column: ShardLayout.Column, from start: BlockStart, signatureBytes: Int) -> BlockStart? {
        switch column {
        case .signatures: signatures.blockEnd(from: start, width: signatureBytes)
        case .names: names.blockEnd(from: start)
        case .lengths: lengths.blockEnd(from: start)
        case .positions: positions.blockEnd(from: start)
        }
    }

    /// Makes `block` the block of a column between two starts.
    func fill(
        _ block: inout GrowableBuffer<UInt8>,
        with column: ShardLayout.Column,
        _ start: BlockStart,
        _ end: BlockStart
    ) {
        block.removeAll(keepingCapacity: true)
        switch column {
        case .signatures: signatures.withSpan { block.append($0.extracting(start.byte..<end.byte)) }
        case .names: names.append(to: &block, start, end)
        case .lengths: lengths.append(to: &block, start, end)
        case .positions: positions.append(to: &block, start, end)
        }
    }
}

extension GrowableBuffer<UInt8> {
    /// Blocks of values that have all the same width.
    fileprivate func blockEnd(from start: BlockStart, width: Int) -> BlockStart? {
        let left = width == 0 ? 0 : count / width - start.value
        guard left > 0 else { return nil }
        let values = min(left, ShardLayout.valuesInBlock(ofWidth: width))
        return BlockStart(value: start.value + values, byte: start.byte + values * width)
    }
}

extension ColumnBuffer {
    /// Blocks of values that each have a length, and about ``ShardLayout/blockBytes`` with their lengths.
    fileprivate func blockEnd(from start: BlockStart) -> BlockStart? {
        guard start.value < count else { return nil }
        var end = start
        var size = 0
        repeat {
            let length = Int(lengths[end.value])
            size += UInt64(length).varintBytes + length
            end.byte += length
            end.value += 1
        } while end.value < count && ShardLayout.blockHasRoom(for: Int(lengths[end.value]), after: size)
        return end
    }

    /// The lengths of a block's values, then the values.
    fileprivate func append(to block: inout GrowableBuffer<UInt8>, _ start: BlockStart, _ end: BlockStart) {
        for value in start.value..<end.value { block.appendVarint(UInt64(lengths[value])) }
        bytes.withSpan { block.append($0.extracting(start.byte..<end.byte)) }
    }
}
