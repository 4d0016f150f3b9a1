/// Where the signatures of all documents of a shard lie in the file: a table of its blocks, for searches that ask of many
/// documents here and there.
///
/// Finding a document's block in the directory takes about as long as comparing its signature.
struct SignaturePlaces {
    /// Where each block begins in the file; ``packed`` where it must be inflated.
    private let blocks: [UInt64]
    private let documentsPerBlock: Int
    private let width: Int

    private static let packed = UInt64.max

    /// Reads the directory of the column; nil where its blocks don't all hold as many documents.
    ///
    /// - Complexity: O(*blocks*).
    init?(_ column: BlockColumn, width: Int, _ pages: CheckedPages) throws(ShardError) {
        guard column.blockCount > 0 else { return nil }
        documentsPerBlock = try column.block(at: 0, pages).documents.count
        self.width = width
        var blocks: [UInt64] = []
        for index in 0..<column.blockCount {
            let block = try column.block(at: index, pages)
            let first = index * documentsPerBlock
            guard block.documents == first..<min(first + documentsPerBlock, column.documents) else { return nil }
            blocks.append(block.codec == .raw ? block.offset : Self.packed)
        }
        self.blocks = blocks
    }

    /// Where the signature of a document of the shard lies; nil where its block must be inflated.
    func place(of document: Int) -> UInt64? {
        let (block, number) = document.quotientAndRemainder(dividingBy: documentsPerBlock)
        let start = blocks[block]
        return start == Self.packed ? nil : start + UInt64(number * width)
    }
}
