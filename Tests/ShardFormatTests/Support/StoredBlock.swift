import Testing

@testable import ShardFormat

/// A block of a column as it lies in a file.
struct StoredBlock: Equatable {
    var documents: Range<Int>
    var codec: ShardLayout.Codec
    var bytes: [UInt8]

    /// The same block, of documents that have numbers higher by so many.
    func moved(by documents: Int) -> StoredBlock {
        StoredBlock(
            documents: self.documents.lowerBound + documents..<self.documents.upperBound + documents,
            codec: codec,
            bytes: bytes
        )
    }
}

extension Shard {
    /// The blocks of a column, in order.
    func storedBlocks(of column: ShardLayout.Column) throws -> [StoredBlock] {
        let source = contents.columns[column.rawValue]
        return try (0..<source.blockCount)
            .map { number in
                let block = try source.block(at: number, contents.pages)
                let stored = try unsafe contents.pages.withBytes(
                    .blocks(column),
                    at: block.offset,
                    count: block.storedLength
                ) { (bytes) throws(ShardError) in unsafe Array(bytes) }
                return StoredBlock(documents: block.documents, codec: block.codec, bytes: stored)
            }
    }

    /// The values of a column, in order.
    func values(of column: ShardLayout.Column) throws -> [[UInt8]] {
        let source = contents.columns[column.rawValue]
        let inflater = BlockInflater()
        var block = LoadedBlock()
        return try (0..<documentCount)
            .map { document in
                try block.withValue(of: document, in: source, contents.pages, inflater) { (value) throws(ShardError) in
                    value.indices.map { value[$0] }
                }
            }
    }

    /// The bytes of a section.
    func bytes(of identifier: ShardLayout.SectionIdentifier) throws -> [UInt8] {
        let section = try #require(contents.footer.sections.first { $0.identifier == identifier })
        return try unsafe contents.pages.withBytes(identifier, at: section.offset, count: Int(section.length)) {
            (bytes) throws(ShardError) in unsafe Array(bytes)
        }
    }
}
